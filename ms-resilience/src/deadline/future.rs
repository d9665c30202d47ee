//! A request under way, until its deadline.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use ms_core::clock::Alarm;
use ms_core::context::{Context, Scoped};
use ms_core::deadline::Deadline;
use ms_core::rejection::Rejectable;
use ms_core::tally::Ticket;
use pin_project::pin_project;

use super::handle::{CallOutcome, State};

/// The response future of [`DeadlineService`](super::DeadlineService).
#[pin_project]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture<F> {
    #[pin]
    fate: Fate<F>,
    ticket: Ticket<State, CallOutcome>,
}

#[pin_project(project = FateProj)]
#[derive(Debug)]
enum Fate<F> {
    Refused {
        remaining: Duration,
    },
    Serving {
        #[pin]
        future: Scoped<F>,
        #[pin]
        alarm: Option<Alarm>,
        deadline: Option<Deadline>,
        given: Duration,
    },
}

impl<F> ResponseFuture<F> {
    pub(super) const fn refused(ticket: Ticket<State, CallOutcome>, remaining: Duration) -> Self {
        Self { fate: Fate::Refused { remaining }, ticket }
    }

    /// Serves within `context`, and gives up at the `deadline` that nobody further out enforces.
    pub(super) fn serving(
        future: F,
        ticket: Ticket<State, CallOutcome>,
        context: Context,
        deadline: Option<Deadline>,
        given: Option<Duration>,
    ) -> Self {
        let (future, given) = (context.scope(future), given.unwrap_or_default());
        let fate = Fate::Serving { future, alarm: None, deadline, given };
        Self { fate, ticket }
    }
}

impl<F, Res, Err> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Res, Err>>,
    Err: Rejectable,
{
    type Output = Result<Res, Err>;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(state) = this.ticket.shared() else { return Poll::Pending };
        let (outcome, result) = match this.fate.project() {
            FateProj::Refused { remaining } => {
                (CallOutcome::Refused, Err(state.refuse(*remaining).into()))
            }
            FateProj::Serving { future, alarm, deadline, given } => match future.poll(cx) {
                // The request first: what is ready when the time is over counts.
                Poll::Ready(result) => (CallOutcome::Completed, result),
                Poll::Pending => {
                    let Some(deadline) = deadline else { return Poll::Pending };
                    ready!(Alarm::poll_at(alarm, cx, deadline.moment()));
                    (CallOutcome::Exceeded, Err(state.exceed(*given).into()))
                }
            },
        };
        this.ticket.end(outcome);
        Poll::Ready(result)
    }
}
