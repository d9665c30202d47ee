//! The service.

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use ms_core::availability::{Availability, Available};
use ms_core::clock::{Instant, later, now};
use ms_core::context::Context;
use ms_core::deadline::Deadline;
use ms_core::rejection::Rejectable;
use ms_core::verdict::Classify;
use tower_service::Service;

use super::super::degrade::Mark;
use super::super::rules::Rules;
use super::super::when::When;
use super::call::Call;
use super::future::{ResponseFuture, Stage};
use super::handle::{Cache, Handle};
use super::keep::Keep;
use super::key::Hashed;
use super::shared::Entered;
use super::turn::{Follower, Turn};

/// The service of [`CacheLayer`](super::CacheLayer).
///
/// Always ready: the wrapped service is asked when a call comes that needs it, so that an answer
/// which is kept can be given while there is no capacity.
pub struct CacheService<S, F, Key, T, K, C, W, M> {
    inner: S,
    handle: Arc<Handle<Key, T>>,
    key: F,
    rules: Rules<K, C, W, M>,
}

impl<S, F, Key, T, K, C, W, M> CacheService<S, F, Key, T, K, C, W, M> {
    pub(super) const fn new(
        inner: S,
        handle: Arc<Handle<Key, T>>,
        key: F,
        rules: Rules<K, C, W, M>,
    ) -> Self {
        Self { inner, handle, key, rules }
    }
}

impl<S, F, Key, T, K, C, W, M> CacheService<S, F, Key, T, K, C, W, M>
where
    Key: Eq + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    /// The cache of this service.
    #[must_use]
    pub fn handle(&self) -> Cache {
        Cache::new(Arc::clone(&self.handle))
    }
}

impl<S, F, Key, T, K, C, W, M> Clone for CacheService<S, F, Key, T, K, C, W, M>
where
    S: Clone,
    F: Clone,
    K: Clone,
    C: Clone,
    W: Clone,
    M: Clone,
{
    fn clone(&self) -> Self {
        let handle = Arc::clone(&self.handle);
        Self::new(self.inner.clone(), handle, self.key.clone(), self.rules.clone())
    }
}

impl<S, Req, F, Key, T, K, C, W, M> Service<Req> for CacheService<S, F, Key, T, K, C, W, M>
where
    S: Service<Req> + Clone,
    S::Error: Rejectable,
    F: Fn(&Req) -> Option<Key>,
    Key: Hash + Eq + Send + Sync + 'static,
    K: Keep<S::Response, Kept = T>,
    T: Send + Sync + 'static,
    C: Classify<S::Response, S::Error>,
    W: When<S::Response, S::Error>,
    M: Mark<K::Response>,
{
    type Response = K::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S, Req, Key, K, C, W, M>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Req) -> Self::Future {
        let (ticket, rules) = (self.handle.ticket(), self.rules.clone());
        let mut call = Call { key: None, turn: None, ticket, rules };
        let Some(key) = (self.key)(&request) else {
            return ResponseFuture::new(Stage::start(&mut self.inner, request), call);
        };
        let key = self.handle.shared().hashed(key);
        call.key = Some(key.clone());
        if !self.handle.shared().is_eager() {
            return ResponseFuture::new(Stage::start(&mut self.inner, request), call);
        }
        self.join(request, key, call)
    }
}

impl<S, F, Key, T, K, C, W, M> CacheService<S, F, Key, T, K, C, W, M> {
    /// Gives a fresh answer, follows who gets one, or gets one.
    fn join<Req>(
        &mut self,
        request: Req,
        key: Hashed<Key>,
        mut call: Call<Key, T, K, C, W, M>,
    ) -> ResponseFuture<S, Req, Key, K, C, W, M>
    where
        S: Service<Req> + Clone,
        K: Keep<S::Response, Kept = T>,
        Key: Eq,
    {
        let (shared, now) = (self.handle.shared(), now());
        let stage = match shared.join(&key, now) {
            Entered::Fresh(found) => Stage::Fresh(Some(found)),
            Entered::Follows(seat, wait) => {
                // First of all: from here on the seat is given back, whatever happens.
                let follower = Follower::new(Arc::clone(shared), key, seat);
                let context = Context::here().started(now);
                let longest = later(now, wait);
                let caller = context.unguarded().at().map(Deadline::moment);
                let until = caller.map_or(longest, |caller| caller.min(longest));
                let own = Some((self.inner.clone(), request));
                Stage::Following { follower, until, alarm: None, own, context }
            }
            Entered::Leads => {
                call.turn = Some(Turn::new(Arc::clone(shared), key));
                Stage::start(&mut self.inner, request)
            }
            Entered::Alone => Stage::start(&mut self.inner, request),
        };
        ResponseFuture::new(stage, call)
    }
}

impl<S: Available, F, Key, T, K, C, W, M> Available for CacheService<S, F, Key, T, K, C, W, M> {
    /// What the wrapped service says: a cache is no reason to call it.
    fn availability(&self, now: Instant) -> Availability {
        self.inner.availability(now)
    }
}

impl<S: fmt::Debug, F, Key, T, K, C, W, M> fmt::Debug for CacheService<S, F, Key, T, K, C, W, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheService")
            .field("inner", &self.inner)
            .field("handle", &self.handle)
            .finish_non_exhaustive()
    }
}
