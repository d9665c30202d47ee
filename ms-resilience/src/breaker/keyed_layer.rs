//! The layer with a circuit for each key.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use ms_core::config::ConfigError;
use ms_core::reach::Head;
use ms_core::registry::Keeper;
use ms_core::verdict::Errors;
use tower_layer::Layer;

#[cfg(feature = "http")]
use super::body::UntilBodyEnd;
use super::cell::Cell;
use super::keyed_handle::CircuitBreakers;
use super::keyed_service::KeyedCircuitBreakerService;
use crate::keyed::{Family, Key, KeysConfig};

/// Refuses calls by the circuit of their key, of which a bounded number is kept. Made by
/// [`CircuitBreakerLayer::per`](super::CircuitBreakerLayer::per).
///
/// ```
/// use http::Request;
/// use ms_resilience::breaker::CircuitBreakerLayer;
/// use ms_resilience::keyed::KeysConfig;
///
/// let by_host = |request: &Request<()>| request.uri().host().unwrap_or_default().to_owned();
/// let layer = CircuitBreakerLayer::named("shops")
///     .per(by_host)
///     .keys(&KeysConfig::default().max_keys(50))?;
/// assert!(layer.handle().get(&"a.example".to_owned()).is_none());
/// # Ok::<_, ms_core::config::ConfigError>(())
/// ```
pub struct KeyedCircuitBreakerLayer<K, F, C = Errors, R = Head> {
    keeper: Keeper<Family<K, Cell>>,
    key: F,
    classifier: C,
    reach: PhantomData<fn() -> R>,
}

impl<K: Key, F, C, R> KeyedCircuitBreakerLayer<K, F, C, R> {
    pub(super) const fn new(keeper: Keeper<Family<K, Cell>>, key: F, classifier: C) -> Self {
        Self { keeper, key, classifier, reach: PhantomData }
    }

    /// How many keys are kept apart, and for how long.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn keys(self, config: &KeysConfig) -> Result<Self, ConfigError> {
        self.keeper.policy().reconfigure_keys(config)?;
        Ok(self)
    }

    ms_core::keeper_setters!(Family<K, Cell>);

    /// Says what an outcome is worth; without it every error is a failure.
    #[must_use]
    pub fn classify<Other>(self, classifier: Other) -> KeyedCircuitBreakerLayer<K, F, Other, R> {
        let Self { keeper, key, reach, .. } = self;
        KeyedCircuitBreakerLayer { keeper, key, classifier, reach }
    }

    /// The outcome of a call is that of its body as well.
    #[cfg(feature = "http")]
    #[must_use]
    pub fn until_body_end(self) -> KeyedCircuitBreakerLayer<K, F, C, UntilBodyEnd> {
        KeyedCircuitBreakerLayer::new(self.keeper, self.key, self.classifier)
    }

    /// The circuits, to look at them and to tell them what to do.
    ///
    /// Of an [isolated](Self::isolated) layer each service has its own, and these are none of them.
    #[must_use]
    pub fn handle(&self) -> CircuitBreakers<K> {
        CircuitBreakers::new(Arc::clone(self.keeper.policy()))
    }
}

impl<S, K, F, C, R> Layer<S> for KeyedCircuitBreakerLayer<K, F, C, R>
where
    K: Key,
    F: Clone,
    C: Clone,
{
    type Service = KeyedCircuitBreakerService<S, K, F, C, R>;

    fn layer(&self, inner: S) -> Self::Service {
        let (key, classifier) = (self.key.clone(), self.classifier.clone());
        KeyedCircuitBreakerService::new(inner, self.keeper.lend(), key, classifier)
    }
}

impl<K, F: Clone, C: Clone, R> Clone for KeyedCircuitBreakerLayer<K, F, C, R> {
    fn clone(&self) -> Self {
        let (keeper, key) = (self.keeper.clone(), self.key.clone());
        Self { keeper, key, classifier: self.classifier.clone(), reach: PhantomData }
    }
}

impl<K: Key, F, C, R> fmt::Debug for KeyedCircuitBreakerLayer<K, F, C, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeyedCircuitBreakerLayer").field(&self.keeper).finish()
    }
}
