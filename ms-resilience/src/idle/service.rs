//! The service that watches the bodies of responses.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::Response;
use http_body::Body;
use ms_core::availability::{Availability, Available};
use ms_core::clock::Instant;
use ms_core::rejection::BoxError;
use tower_service::Service;

use super::future::ResponseFuture;
use super::handle::Handle;
use super::watch::IdleBody;

/// The service of [`IdleTimeoutLayer`](super::IdleTimeoutLayer).
#[derive(Debug, Clone)]
pub struct IdleTimeout<S> {
    inner: S,
    handle: Arc<Handle>,
}

impl<S> IdleTimeout<S> {
    pub(super) const fn new(inner: S, handle: Arc<Handle>) -> Self {
        Self { inner, handle }
    }
}

impl<S, Req, B> Service<Req> for IdleTimeout<S>
where
    S: Service<Req, Response = Response<B>>,
    B: Body,
    B::Error: Into<BoxError>,
{
    type Response = Response<IdleBody<B>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: Req) -> Self::Future {
        ResponseFuture::new(self.inner.call(request), Arc::clone(&self.handle))
    }
}

impl<S: Available> Available for IdleTimeout<S> {
    fn availability(&self, now: Instant) -> Availability {
        self.inner.availability(now)
    }
}
