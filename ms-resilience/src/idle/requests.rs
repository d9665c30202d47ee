//! The service that watches the bodies of requests.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use http::Request;
use http_body::Body;
use ms_core::availability::{Availability, Available};
use ms_core::clock::Instant;
use ms_core::context::Context;
use ms_core::http::guard::GuardBody;
use ms_core::rejection::BoxError;
use tower_service::Service;

use super::handle::Handle;
use super::watch::{IdleBody, watch};

/// The service of [`RequestIdleTimeoutLayer`](super::RequestIdleTimeoutLayer).
#[derive(Debug, Clone)]
pub struct RequestIdleTimeout<S> {
    inner: S,
    handle: Arc<Handle>,
}

impl<S> RequestIdleTimeout<S> {
    pub(super) const fn new(inner: S, handle: Arc<Handle>) -> Self {
        Self { inner, handle }
    }
}

impl<S, B> Service<Request<B>> for RequestIdleTimeout<S>
where
    S: Service<Request<IdleBody<B>>>,
    B: Body,
    B::Error: Into<BoxError>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    #[inline]
    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let request = request.map(|body| {
            let (body, watch) = watch(body, &self.handle);
            GuardBody::new(body, watch, Context::here())
        });
        self.inner.call(request)
    }
}

impl<S: Available> Available for RequestIdleTimeout<S> {
    fn availability(&self, now: Instant) -> Availability {
        self.inner.availability(now)
    }
}
