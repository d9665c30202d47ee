//! The service that asks the rule first.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use ms_core::availability::{Availability, Available};
use ms_core::clock::Instant;
use ms_core::context::Context;
use ms_core::rejection::{Rejectable, Rejection};
use pin_project::pin_project;
use tower_service::Service;

use super::handle::Handle;

/// The service of [`AuthorizeLayer`](super::AuthorizeLayer).
#[derive(Debug, Clone)]
pub struct Authorize<S> {
    inner: S,
    handle: Arc<Handle>,
}

impl<S> Authorize<S> {
    pub(super) const fn new(inner: S, handle: Arc<Handle>) -> Self {
        Self { inner, handle }
    }
}

impl<S, Req> Service<Req> for Authorize<S>
where
    S: Service<Req>,
    S::Error: Rejectable,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Req) -> Self::Future {
        match self.handle.decide(Context::here().principal()) {
            Ok(()) => ResponseFuture::Allowed(self.inner.call(request)),
            Err(rejection) => ResponseFuture::Refused(Some(rejection)),
        }
    }
}

impl<S: Available> Available for Authorize<S> {
    fn availability(&self, now: Instant) -> Availability {
        self.inner.availability(now)
    }
}

/// The response future of [`Authorize`].
#[pin_project(project = Projected)]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
#[non_exhaustive]
pub enum ResponseFuture<F> {
    /// The call was let through.
    Allowed(#[pin] F),
    /// It was not; empty once that was said.
    Refused(Option<Rejection>),
}

impl<F, Res, Err> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Res, Err>>,
    Err: Rejectable,
{
    type Output = Result<Res, Err>;

    #[inline]
    #[allow(clippy::expect_used, reason = "whoever polls a future that is done has a defect")]
    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        match self.project() {
            Projected::Allowed(future) => future.poll(cx),
            Projected::Refused(rejection) => {
                let rejection = rejection.take().expect("polled after it was done");
                Poll::Ready(Err(rejection.into()))
            }
        }
    }
}
