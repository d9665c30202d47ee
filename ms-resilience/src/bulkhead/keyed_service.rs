//! The service of a bulkhead for each key.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use ms_core::availability::{Availability, Available};
use ms_core::clock::Instant;
use ms_core::reach::{Head, Reach};
use ms_core::rejection::Rejectable;
use tower_service::Service;

use super::future::ResponseFuture;
use super::keyed_handle::KeyedBulkhead;
use super::late::late;
use super::permit::Permit;
use super::shared::Shared;
use crate::keyed::{Family, Key};

/// The service of [`KeyedBulkheadLayer`](super::KeyedBulkheadLayer).
///
/// Ready when the wrapped service is: the key is known when the call comes, and then it is decided
/// who is let in.
pub struct KeyedBulkheadService<S, K, F, R = Head> {
    inner: S,
    family: Arc<Family<K, Shared>>,
    key: F,
    reach: PhantomData<fn() -> R>,
}

impl<S, K, F, R> KeyedBulkheadService<S, K, F, R> {
    pub(super) const fn new(inner: S, family: Arc<Family<K, Shared>>, key: F) -> Self {
        Self { inner, family, key, reach: PhantomData }
    }
}

impl<S, K: Key, F, R> KeyedBulkheadService<S, K, F, R> {
    /// The bulkheads that this service stands behind.
    #[must_use]
    pub fn handle(&self) -> KeyedBulkhead<K> {
        KeyedBulkhead::new(Arc::clone(&self.family))
    }
}

impl<S: Clone, K, F: Clone, R> Clone for KeyedBulkheadService<S, K, F, R> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), Arc::clone(&self.family), self.key.clone())
    }
}

impl<S, K, F, R, Req> Service<Req> for KeyedBulkheadService<S, K, F, R>
where
    S: Service<Req> + Clone,
    S::Error: Rejectable,
    K: Key,
    F: Fn(&Req) -> K,
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
        let member = self.family.member((self.key)(&request));
        match Permit::at_once_with(member) {
            Ok(permit) => ResponseFuture::calling(self.inner.call(request), permit),
            Err((state, member)) => late(&mut self.inner, request, &member, state),
        }
    }
}

impl<S: Available, K, F, R> Available for KeyedBulkheadService<S, K, F, R> {
    /// What the wrapped service says: for which key is asked is not known.
    fn availability(&self, now: Instant) -> Availability {
        self.inner.availability(now)
    }
}

impl<S: fmt::Debug, K: Key, F, R> fmt::Debug for KeyedBulkheadService<S, K, F, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("KeyedBulkheadService");
        debug.field("inner", &self.inner).field("family", &self.family).finish_non_exhaustive()
    }
}
