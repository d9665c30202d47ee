//! The innermost part of a stack: a service without errors gets an error that layers can use.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project::pin_project;
use tower_service::Service;

use crate::rejection::value::Rejection;

/// A service that cannot fail, with the error type [`Rejection`].
#[derive(Debug, Clone)]
pub struct Fallible<S> {
    inner: S,
}

impl<S> Fallible<S> {
    pub(super) const fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S, Req> Service<Req> for Fallible<S>
where
    S: Service<Req, Error = Infallible>,
{
    type Response = S::Response;
    type Error = Rejection;
    type Future = FallibleFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Rejection>> {
        self.inner.poll_ready(cx).map_err(|never| match never {})
    }

    #[inline]
    fn call(&mut self, request: Req) -> Self::Future {
        FallibleFuture { future: self.inner.call(request) }
    }
}

/// The response future of [`Fallible`].
#[pin_project]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct FallibleFuture<F> {
    #[pin]
    future: F,
}

impl<F, Res> Future for FallibleFuture<F>
where
    F: Future<Output = Result<Res, Infallible>>,
{
    type Output = Result<Res, Rejection>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(ready!(self.project().future.poll(cx)).map_err(|never| match never {}))
    }
}
