//! The service.

use std::fmt;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use ms_core::availability::{Availability, Available};
use ms_core::clock::Instant;
use ms_core::context::Context;
use ms_core::rejection::Rejectable;
use ms_core::repeat::Repeat;
use ms_core::verdict::Classify;
use tower_service::Service;

use super::answer::{Answer, Kind};
use super::degrade::Mark;
use super::future::{Kept, ResponseFuture};
use super::handle::{Fallback, Handle};
use super::primary::Start;
use super::rules::Rules;
use super::when::When;

/// The service of [`FallbackLayer`](super::FallbackLayer).
///
/// Always ready: the wrapped service is asked when a call comes, since the fallback is there also
/// if that fails.
pub struct FallbackService<S, A, K, C, W, M> {
    inner: S,
    handle: Arc<Handle<A>>,
    rules: Rules<K, C, W, M>,
}

impl<S, A, K, C, W, M> FallbackService<S, A, K, C, W, M> {
    pub(super) const fn new(inner: S, handle: Arc<Handle<A>>, rules: Rules<K, C, W, M>) -> Self {
        Self { inner, handle, rules }
    }
}

impl<S, A: Kind, K, C, W, M> FallbackService<S, A, K, C, W, M> {
    /// The fallback of this service.
    #[must_use]
    pub fn handle(&self) -> Fallback {
        Fallback::new(Arc::clone(&self.handle))
    }
}

impl<S, A, K, C, W, M> Clone for FallbackService<S, A, K, C, W, M>
where
    S: Clone,
    K: Clone,
    C: Clone,
    W: Clone,
    M: Clone,
{
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), Arc::clone(&self.handle), self.rules.clone())
    }
}

impl<S, Req, A, K, C, W, M> Service<Req> for FallbackService<S, A, K, C, W, M>
where
    K: Repeat<Req>,
    S: Service<K::Sent> + Clone,
    S::Error: Rejectable,
    A: Answer<K::Sent, S::Response, S::Error>,
    C: Classify<S::Response, S::Error>,
    W: When<S::Response, S::Error>,
    M: Mark<S::Response>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S, Req, A, K, C, W, M>;

    #[inline]
    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    #[inline]
    fn call(&mut self, request: Req) -> Self::Future {
        let ticket = self.handle.ticket();
        let requests = &self.rules.keep;
        let is_safe = A::WORKS_AGAIN && requests.is_safe(&request);
        let context = A::NEEDS_REQUEST.then(Context::here);
        let (sent, request) = requests.split(request, self.handle.core().keep());
        let kept = Kept { request, is_safe, context };
        let call = Start::now(&mut self.inner, sent);
        ResponseFuture::new(call, ticket, kept, self.rules.clone())
    }
}

impl<S: Available, A, K, C, W, M> Available for FallbackService<S, A, K, C, W, M> {
    /// What the wrapped service says: a fallback is no reason to call it.
    fn availability(&self, now: Instant) -> Availability {
        self.inner.availability(now)
    }
}

impl<S: fmt::Debug, A, K, C, W, M> fmt::Debug for FallbackService<S, A, K, C, W, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FallbackService")
            .field("inner", &self.inner)
            .field("handle", &self.handle)
            .finish_non_exhaustive()
    }
}
