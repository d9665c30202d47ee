//! The response whose body is watched.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::Response;
use http_body::Body;
use ms_core::http::guard::BodyEnd;
use ms_core::reach::Reach;
use ms_core::rejection::BoxError;
use pin_project::pin_project;

use super::handle::Handle;
use super::watch::{IdleBody, watch};

/// The response future of [`IdleTimeout`](super::IdleTimeout).
#[pin_project]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture<F> {
    #[pin]
    future: F,
    handle: Arc<Handle>,
}

impl<F> ResponseFuture<F> {
    pub(super) const fn new(future: F, handle: Arc<Handle>) -> Self {
        Self { future, handle }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
    B::Error: Into<BoxError>,
{
    type Output = Result<Response<IdleBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let (parts, body) = ready!(this.future.poll(cx))?.into_parts();
        let (body, watch) = watch(body, this.handle);
        Poll::Ready(Ok(BodyEnd::deliver(Response::from_parts(parts, body), || watch)))
    }
}
