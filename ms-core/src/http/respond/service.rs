//! The outermost part of a stack: its errors become responses.

use std::convert::Infallible;
use std::fmt::Debug;
use std::task::{Context, Poll, ready};

use ::http::{Request, Response};
use bytes::Bytes;
use http_body::Body;
use tower_service::Service;

use super::body::RespondBody;
use super::form::Form;
use super::future::RespondFuture;
use super::refusal::Refusal;
use crate::rejection::rejectable::Rejectable;

/// The service of [`RespondLayer`](super::RespondLayer).
#[derive(Debug)]
pub struct RespondService<S> {
    inner: S,
    /// Why the inner service is not ready: the answer to the next call.
    refused: Option<Refusal>,
}

impl<S> RespondService<S> {
    pub(super) const fn new(inner: S) -> Self {
        Self { inner, refused: None }
    }
}

impl<S: Clone> Clone for RespondService<S> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone())
    }
}

impl<S, A, B> Service<Request<A>> for RespondService<S>
where
    S: Service<Request<A>, Response = Response<B>>,
    S::Error: Rejectable + Debug,
    B: Body<Data = Bytes>,
{
    type Response = Response<RespondBody<B>>;
    type Error = Infallible;
    type Future = RespondFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        if self.refused.is_none() {
            self.refused = ready!(self.inner.poll_ready(cx)).err().as_ref().map(Refusal::of);
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let form = Form::of(request.method(), request.headers());
        match self.refused.take() {
            None => RespondFuture::calling(self.inner.call(request), form),
            Some(refusal) => RespondFuture::refused(refusal, form),
        }
    }
}
