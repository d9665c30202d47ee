//! The service that asks the circuit of the key first.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};

use ms_core::availability::{Availability, Available};
use ms_core::clock::Instant;
use ms_core::reach::{Head, Reach};
use ms_core::rejection::{Rejectable, Rejection};
use ms_core::verdict::Classify;
use tower_service::Service;

use super::cell::{Cell, HeldOfKey};
use super::future::{ResponseFuture, Rest};
use super::keyed_handle::CircuitBreakers;
use super::permit::Passing;
use crate::keyed::{Family, Key};

/// The service of [`KeyedCircuitBreakerLayer`](super::KeyedCircuitBreakerLayer).
///
/// Nobody knows the key before there is a call: so the inner service is asked whether it is ready
/// whatever its circuits think, and its failures to become ready are of no key.
pub struct KeyedCircuitBreakerService<S, K, F, C, R = Head> {
    inner: S,
    family: Arc<Family<K, Cell>>,
    key: F,
    classifier: C,
    reach: PhantomData<fn() -> R>,
}

impl<S, K: Key, F, C, R> KeyedCircuitBreakerService<S, K, F, C, R> {
    pub(super) const fn new(inner: S, family: Arc<Family<K, Cell>>, key: F, classifier: C) -> Self {
        Self { inner, family, key, classifier, reach: PhantomData }
    }

    /// The circuits that this service asks.
    #[must_use]
    pub fn handle(&self) -> CircuitBreakers<K> {
        CircuitBreakers::new(Arc::clone(&self.family))
    }
}

impl<S, K, F, C, R, Req> Service<Req> for KeyedCircuitBreakerService<S, K, F, C, R>
where
    S: Service<Req>,
    S::Error: Rejectable,
    K: Key,
    F: Fn(&Req) -> K,
    C: Classify<S::Response, S::Error>,
    R: Reach<S::Response, Rest<HeldOfKey>>,
{
    type Response = R::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, S::Error, C, R, HeldOfKey>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: Req) -> Self::Future {
        let cell = self.family.member((self.key)(&request));
        let state = cell.state();
        let refused = state.refused(state.word.glance());
        match refused.map_or_else(|| state.admit(), Err) {
            Err(rejection) => self.refuse(&cell, rejection),
            Ok(pass) => {
                let passing = Passing::new(HeldOfKey::new(cell), pass);
                let future = self.inner.call(request);
                ResponseFuture::calling(future, passing.passed(), self.classifier.clone())
            }
        }
    }
}

impl<S, K, F, C: Clone, R> KeyedCircuitBreakerService<S, K, F, C, R> {
    /// The inner service stays ready for the next call.
    #[inline(never)]
    fn refuse<Fut, E>(
        &self,
        cell: &Cell,
        rejection: Rejection,
    ) -> ResponseFuture<Fut, E, C, R, HeldOfKey> {
        cell.count_rejected();
        ResponseFuture::refused(rejection, self.classifier.clone())
    }
}

impl<S: Clone, K, F: Clone, C: Clone, R> Clone for KeyedCircuitBreakerService<S, K, F, C, R> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            family: Arc::clone(&self.family),
            key: self.key.clone(),
            classifier: self.classifier.clone(),
            reach: PhantomData,
        }
    }
}

/// Which circuit is meant only the request can tell: so the question is passed on.
impl<S: Available, K, F, C, R> Available for KeyedCircuitBreakerService<S, K, F, C, R> {
    fn availability(&self, now: Instant) -> Availability {
        self.inner.availability(now)
    }
}

impl<S: fmt::Debug, K, F, C, R> fmt::Debug for KeyedCircuitBreakerService<S, K, F, C, R>
where
    K: Key,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyedCircuitBreakerService")
            .field("inner", &self.inner)
            .field("family", &self.family)
            .finish_non_exhaustive()
    }
}
