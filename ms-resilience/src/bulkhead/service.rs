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
use super::permit::Permit;
use super::shared::Shared;
use super::state::State;
use super::wait::Wait;
use super::waiter::{Entry, Waiter};

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

    #[inline]
    fn call(&mut self, request: Req) -> Self::Future {
        match Permit::at_once(&self.shared) {
            Ok(permit) => ResponseFuture::calling(self.inner.call(request), permit),
            Err(state) => self.call_late(request, state),
        }
    }
}

impl<S, R> BulkheadService<S, R> {
    /// Out of line, and in two steps: a rejection is to be cheap.
    #[cold]
    #[inline(never)]
    fn call_late<Req>(&mut self, request: Req, state: State) -> ResponseFuture<S, S::Future, Req, R>
    where
        S: Service<Req> + Clone,
    {
        if !state.has_queue(self.shared.gate.max_queue()) {
            return ResponseFuture::refused(self.shared.refuse(state));
        }
        self.call_queued(request)
    }

    /// What waits leaves the instance alone that was made ready, and owns a clone.
    #[inline(never)]
    fn call_queued<Req>(&mut self, request: Req) -> ResponseFuture<S, S::Future, Req, R>
    where
        S: Service<Req> + Clone,
    {
        match Waiter::join(&self.shared) {
            Entry::Admitted(permit) => ResponseFuture::calling(self.inner.call(request), permit),
            Entry::Refused(rejection) => ResponseFuture::refused(rejection),
            Entry::Waits(waiter) => {
                ResponseFuture::waiting(Wait::new(self.inner.clone(), request, waiter))
            }
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
