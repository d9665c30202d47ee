//! The service that keeps what it sends, and sends it again.

use std::fmt;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use ms_core::availability::{Availability, Available};
use ms_core::clock::Instant;
use ms_core::rejection::Rejectable;
use ms_core::repeat::Repeat;
use ms_core::verdict::Classify;
use tower_service::Service;

use super::call::Call;
use super::future::ResponseFuture;
use super::handle::Retry;
use super::shared::Shares;
use crate::schedule::Schedule;

/// The service of [`RetryLayer`](super::RetryLayer).
///
/// Ready when the wrapped service is; the first attempt uses the instance that was made ready.
///
/// Its response future is `Send` if the wrapped service and its future are, which need not be
/// `Sync`; the classifier, the schedule and what knows the requests have to be both.
pub struct RetryService<S, K, C, P> {
    inner: S,
    shares: Arc<Shares<S, K, C, P>>,
}

impl<S, K, C, P> RetryService<S, K, C, P> {
    pub(super) const fn new(inner: S, shares: Arc<Shares<S, K, C, P>>) -> Self {
        Self { inner, shares }
    }

    /// The policy by which this service tries again.
    #[must_use]
    pub fn handle(&self) -> Retry {
        Retry::new(Arc::clone(&self.shares.shared().handle))
    }
}

impl<S: Clone, K, C, P> Clone for RetryService<S, K, C, P> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), Arc::clone(&self.shares))
    }
}

impl<S, K, C, P, Req> Service<Req> for RetryService<S, K, C, P>
where
    S: Service<K::Sent> + Clone,
    S::Error: Rejectable,
    K: Repeat<Req>,
    C: Classify<S::Response, S::Error>,
    P: Schedule,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S, K, C, P, Req>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline(always)]
    fn call(&mut self, request: Req) -> Self::Future {
        let is_safe = self.shares.shared().requests.is_safe(&request);
        let mut call = Call::new(self.shares.take(), is_safe);
        let sent = match call.state().keep() {
            Some(limit) => call.split(request, limit),
            None => call.shared().once(request),
        };
        ResponseFuture::calling(self.inner.call(sent), call)
    }
}

impl<S: Available, K, C, P> Available for RetryService<S, K, C, P> {
    fn availability(&self, now: Instant) -> Availability {
        self.inner.availability(now)
    }
}

impl<S: fmt::Debug, K, C, P> fmt::Debug for RetryService<S, K, C, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryService").field("inner", &self.inner).finish_non_exhaustive()
    }
}
