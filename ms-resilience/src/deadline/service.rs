//! The service that obeys the deadline of its caller.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use http::Request;
use ms_core::availability::{Availability, Available};
use ms_core::clock::{Instant, now};
use ms_core::context::Context;
use ms_core::deadline::Deadline;
use ms_core::rejection::Rejectable;
use ms_core::tally::Ticket;
use tower_service::Service;

use super::future::ResponseFuture;
use super::handle::{Admission, Handle};

/// The service of [`DeadlineLayer`](super::DeadlineLayer).
#[derive(Debug, Clone)]
pub struct DeadlineService<S> {
    inner: S,
    handle: Arc<Handle>,
}

impl<S> DeadlineService<S> {
    pub(super) const fn new(inner: S, handle: Arc<Handle>) -> Self {
        Self { inner, handle }
    }
}

impl<S, B> Service<Request<B>> for DeadlineService<S>
where
    S: Service<Request<B>>,
    S::Error: Rejectable,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let now = now();
        let lease = self.handle.lease();
        let admission = lease.shared().admit(request.headers(), now);
        let ticket = Ticket::new(lease);
        let time = match admission {
            Admission::Serve(time) => time,
            Admission::Refuse(remaining) => return ResponseFuture::refused(ticket, remaining),
        };
        let mut context = Context::here();
        if context.unguarded().is_open() {
            context = context.started(now);
        }
        if let Some(time) = time {
            context = context.with_deadline(Deadline::after(now, time));
        }
        let deadline = context.unguarded().at();
        if deadline.is_some() {
            context = context.guarded();
        }
        let future = context.enter(|| self.inner.call(request));
        ResponseFuture::serving(future, ticket, context, deadline, time)
    }
}

impl<S: Available> Available for DeadlineService<S> {
    fn availability(&self, now: Instant) -> Availability {
        self.inner.availability(now)
    }
}
