//! The service.

use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use ms_core::availability::{Availability, Available};
use ms_core::clock::Instant;
use ms_core::reach::{Head, Reach};
use ms_core::rejection::Rejectable;
use tower_service::Service;

use super::future::ResponseFuture;
use super::handle::Bulkhead;
use super::late::late;
use super::permit::Permit;
use super::shared::Shared;

/// The service of [`BulkheadLayer`](super::BulkheadLayer).
///
/// Ready when the wrapped service is: who is let in is decided when the call comes.
#[derive(Debug)]
pub struct BulkheadService<S, R = Head> {
    inner: S,
    shared: Arc<Shared>,
    reach: PhantomData<fn() -> R>,
}

impl<S, R> BulkheadService<S, R> {
    pub(super) const fn new(inner: S, shared: Arc<Shared>) -> Self {
        Self { inner, shared, reach: PhantomData }
    }

    /// The bulkhead that this service stands behind.
    #[must_use]
    pub fn handle(&self) -> Bulkhead {
        Bulkhead::new(Arc::clone(&self.shared))
    }
}

impl<S: Clone, R> Clone for BulkheadService<S, R> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), Arc::clone(&self.shared))
    }
}

impl<S, R, Req> Service<Req> for BulkheadService<S, R>
where
    S: Service<Req> + Clone,
    S::Error: Rejectable,
    R: Reach<S::Response, Permit>,
{
    type Response = R::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S, S::Future, Req, R>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline(always)]
    fn call(&mut self, request: Req) -> Self::Future {
        match Permit::at_once(&self.shared) {
            Ok(permit) => ResponseFuture::calling(self.inner.call(request), permit),
            Err(state) => late(&mut self.inner, request, &self.shared, state),
        }
    }
}

impl<S: Available, R> Available for BulkheadService<S, R> {
    /// Closed where the bulkhead is, else what the wrapped service says.
    fn availability(&self, now: Instant) -> Availability {
        if self.shared.gate.state().limit() == 0 {
            return Availability::Closed;
        }
        self.inner.availability(now)
    }
}
