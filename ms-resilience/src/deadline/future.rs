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
use super::reason::EXCEEDED;

/// The response future of [`DeadlineService`](super::DeadlineService).
#[pin_project]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture<F> {
    #[pin]
    fate: Fate<F>,
    /// Empty once the future is done.
    ticket: Option<Ticket<State, CallOutcome>>,
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
        alarm: Alarm,
        deadline: Option<Deadline>,
        given: Duration,
    },
}

impl<F> ResponseFuture<F> {
    pub(super) const fn refused(ticket: Ticket<State, CallOutcome>, remaining: Duration) -> Self {
        Self { fate: Fate::Refused { remaining }, ticket: Some(ticket) }
    }

    /// Serves within `context`, whose deadline it obeys.
    pub(super) fn serving(
        future: F,
        ticket: Ticket<State, CallOutcome>,
        context: Context,
        given: Option<Duration>,
    ) -> Self {
        let (deadline, given) = (context.limit().at(), given.unwrap_or_default());
        let future = context.scope(future);
        let fate = Fate::Serving { future, alarm: Alarm::new(), deadline, given };
        Self { fate, ticket: Some(ticket) }
    }
}

impl<F, Res, Err> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Res, Err>>,
    Err: Rejectable,
{
    type Output = Result<Res, Err>;

    #[allow(clippy::expect_used, reason = "whoever polls a future that is done has a defect")]
    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        const DONE: &str = "polled after it was done";
        let this = self.project();
        match this.fate.project() {
            FateProj::Refused { remaining } => {
                let mut ticket = this.ticket.take().expect(DONE);
                ticket.ends(CallOutcome::Refused);
                Poll::Ready(Err(ticket.shared().refuse(*remaining).into()))
            }
            FateProj::Serving { future, alarm, deadline, given } => {
                // The request first: what is ready when the time is over counts.
                if let Poll::Ready(result) = future.poll(cx) {
                    this.ticket.take().expect(DONE).ends(CallOutcome::Completed);
                    return Poll::Ready(result);
                }
                let Some(deadline) = deadline else { return Poll::Pending };
                ready!(alarm.poll_at(cx, deadline.moment()));
                let mut ticket = this.ticket.take().expect(DONE);
                ticket.ends(CallOutcome::Exceeded);
                ticket.shared().note_excess();
                Poll::Ready(Err(ticket.shared().reject(&EXCEEDED, *given).into()))
            }
        }
    }
}
