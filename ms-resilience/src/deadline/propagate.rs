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
        let ticket = self.handle.ticket();
        let limit = Context::current_limit();
        let fate = match ticket.shared().give_on(limit, request.headers_mut()) {
            Ok(()) => Fate::Sent(self.inner.call(request)),
            Err(remaining) => Fate::Refused(remaining),
        };
        PropagateResponseFuture { fate, ticket: Some(ticket) }
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
    /// Empty once the future is done.
    ticket: Option<Ticket<State, SendOutcome>>,
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

    #[allow(clippy::expect_used, reason = "whoever polls a future that is done has a defect")]
    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        const DONE: &str = "polled after it was done";
        let this = self.project();
        match this.fate.project() {
            FateProj::Refused(remaining) => {
                let mut ticket = this.ticket.take().expect(DONE);
                ticket.ends(SendOutcome::Refused);
                Poll::Ready(Err(ticket.shared().refuse(*remaining).into()))
            }
            FateProj::Sent(future) => {
                let result = ready!(future.poll(cx));
                this.ticket.take().expect(DONE).ends(SendOutcome::Completed);
                Poll::Ready(result)
            }
        }
    }
}
