//! The service that gives deadlines on.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use http::Request;
use ms_core::availability::{Availability, Available};
use ms_core::clock::Instant;
use ms_core::context::Context;
use ms_core::rejection::Rejectable;
use ms_core::tally::Ticket;
use pin_project::pin_project;
use tower_service::Service;

use super::propagate_handle::{PropagateHandle, SendOutcome, State};

/// The service of [`PropagateDeadlineLayer`](super::PropagateDeadlineLayer).
#[derive(Debug, Clone)]
pub struct PropagateDeadline<S> {
    inner: S,
    handle: Arc<PropagateHandle>,
}

impl<S> PropagateDeadline<S> {
    pub(super) const fn new(inner: S, handle: Arc<PropagateHandle>) -> Self {
        Self { inner, handle }
    }
}

impl<S, B> Service<Request<B>> for PropagateDeadline<S>
where
    S: Service<Request<B>>,
    S::Error: Rejectable,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = PropagateResponseFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let lease = self.handle.lease();
        let given_on = lease.shared().give_on(Context::current_limit(), request.headers_mut());
        let ticket = Ticket::new(lease);
        let fate = match given_on {
            Ok(()) => Fate::Sent(self.inner.call(request)),
            Err(remaining) => Fate::Refused(remaining),
        };
        PropagateResponseFuture { fate, ticket }
    }
}

impl<S: Available> Available for PropagateDeadline<S> {
    fn availability(&self, now: Instant) -> Availability {
        self.inner.availability(now)
    }
}

/// The response future of [`PropagateDeadline`].
#[pin_project]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct PropagateResponseFuture<F> {
    #[pin]
    fate: Fate<F>,
    ticket: Ticket<State, SendOutcome>,
}

#[pin_project(project = FateProj)]
#[derive(Debug)]
enum Fate<F> {
    Refused(Duration),
    Sent(#[pin] F),
}

impl<F, Res, Err> Future for PropagateResponseFuture<F>
where
    F: Future<Output = Result<Res, Err>>,
    Err: Rejectable,
{
    type Output = Result<Res, Err>;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let (outcome, result) = match this.fate.project() {
            FateProj::Sent(future) => (SendOutcome::Completed, ready!(future.poll(cx))),
            FateProj::Refused(remaining) => {
                let Some(state) = this.ticket.shared() else { return Poll::Pending };
                (SendOutcome::Refused, Err(state.refuse(*remaining).into()))
            }
        };
        this.ticket.end(outcome);
        Poll::Ready(result)
    }
}
