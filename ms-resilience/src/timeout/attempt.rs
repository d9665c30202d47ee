//! The service that limits one attempt.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use ms_core::availability::{Availability, Available};
use ms_core::clock::Instant;
use ms_core::context::Context;
use ms_core::reach::{Head, Reach};
use ms_core::rejection::Rejectable;
use pin_project::pin_project;
use tower_service::Service;

use super::handle::Handle;
use super::watch::{Rest, Watch};

/// The service of [`TimeoutLayer`](super::TimeoutLayer).
#[derive(Debug)]
pub struct Timeout<S, R = Head> {
    inner: S,
    handle: Arc<Handle>,
    reach: PhantomData<fn() -> R>,
}

impl<S, R> Timeout<S, R> {
    pub(super) const fn new(inner: S, handle: Arc<Handle>) -> Self {
        Self { inner, handle, reach: PhantomData }
    }
}

impl<S: Clone, R> Clone for Timeout<S, R> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), Arc::clone(&self.handle))
    }
}

impl<S, R, Req> Service<Req> for Timeout<S, R>
where
    S: Service<Req>,
    S::Error: Rejectable,
    R: Reach<S::Response, Rest>,
{
    type Response = R::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, R>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline(always)]
    fn call(&mut self, request: Req) -> Self::Future {
        let watch = Watch::new(self.handle.ticket(), Context::current_unguarded());
        ResponseFuture { future: self.inner.call(request), watch, reach: PhantomData }
    }
}

impl<S: Available, R> Available for Timeout<S, R> {
    fn availability(&self, now: Instant) -> Availability {
        self.inner.availability(now)
    }
}

/// The response future of [`Timeout`].
#[pin_project]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture<F, R = Head> {
    #[pin]
    future: F,
    #[pin]
    watch: Watch,
    reach: PhantomData<fn() -> R>,
}

impl<F, R, Res, Err> Future for ResponseFuture<F, R>
where
    F: Future<Output = Result<Res, Err>>,
    Err: Rejectable,
    R: Reach<Res, Rest>,
{
    type Output = Result<R::Response, Err>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = self.project();
        // The call first: a result that is ready when the time is over counts.
        if let Poll::Ready(result) = this.future.poll(cx) {
            return Poll::Ready(this.watch.deliver::<R, _, _>(result));
        }
        this.watch.poll_over(cx, |_| ()).map(|rejection| Err(rejection.into()))
    }
}
