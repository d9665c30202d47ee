//! The layer that breaks the circuit.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use ms_core::config::ConfigError;
use ms_core::name::Name;
use ms_core::reach::Head;
use ms_core::registry::Keeper;
use ms_core::verdict::Errors;
use tower_layer::Layer;

#[cfg(feature = "http")]
use super::body::UntilBodyEnd;
use super::cell::Common;
use super::config::CircuitBreakerConfig;
use super::control::CircuitBreaker;
use super::handle::Handle;
use super::keyed_layer::KeyedCircuitBreakerLayer;
use super::service::CircuitBreakerService;
use crate::keyed::{Family, Key, KeysConfig};

/// Refuses calls to a peer that fails or is slow too often. See the [module](super).
///
/// All services of one layer are one circuit.
#[derive(Clone)]
pub struct CircuitBreakerLayer<C = Errors, R = Head> {
    keeper: Keeper<Handle>,
    classifier: C,
    reach: PhantomData<fn() -> R>,
}

impl CircuitBreakerLayer {
    /// A circuit called `name` with the settings of `config`.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn new(name: impl Into<Name>, config: &CircuitBreakerConfig) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Self::build(name.into(), config))
    }

    /// A circuit called `name` with the defaults.
    pub fn named(name: impl Into<Name>) -> Self {
        Self::build(name.into(), &CircuitBreakerConfig::default())
    }

    fn build(name: Name, config: &CircuitBreakerConfig) -> Self {
        let build = |voice| Handle::new(voice, config);
        let keeper = Keeper::new("circuit_breaker", name, build);
        Self { keeper, classifier: Errors, reach: PhantomData }
    }
}

impl<C, R> CircuitBreakerLayer<C, R> {
    ms_core::keeper_setters!(Handle);

    /// Says what an outcome is worth; without it every error is a failure.
    #[must_use]
    pub fn classify<Other>(self, classifier: Other) -> CircuitBreakerLayer<Other, R> {
        CircuitBreakerLayer { keeper: self.keeper, classifier, reach: PhantomData }
    }

    /// The outcome of a call is that of its body as well.
    #[cfg(feature = "http")]
    #[must_use]
    pub fn until_body_end(self) -> CircuitBreakerLayer<C, UntilBodyEnd> {
        CircuitBreakerLayer { keeper: self.keeper, classifier: self.classifier, reach: PhantomData }
    }

    /// A circuit for each key, by the settings of this one. It starts anew.
    ///
    /// Which keys there are may be up to strangers: so a [bounded](KeyedCircuitBreakerLayer::keys)
    /// number of circuits is kept.
    #[must_use]
    pub fn per<Req, K, F>(self, key: F) -> KeyedCircuitBreakerLayer<K, F, C, R>
    where
        F: Fn(&Req) -> K,
        K: Key,
    {
        let config = self.handle().config();
        let family = |voice| Family::new(voice, Common::new(&config), &KeysConfig::default());
        KeyedCircuitBreakerLayer::new(self.keeper.replace(family), key, self.classifier)
    }

    /// The circuit, to look at it and to tell it what to do.
    ///
    /// Of an [isolated](Self::isolated) layer each service has its own, and this is none of them.
    #[must_use]
    pub fn handle(&self) -> CircuitBreaker {
        CircuitBreaker::new(Arc::clone(self.keeper.policy()))
    }
}

impl<S, C: Clone, R> Layer<S> for CircuitBreakerLayer<C, R> {
    type Service = CircuitBreakerService<S, C, R>;

    fn layer(&self, inner: S) -> CircuitBreakerService<S, C, R> {
        CircuitBreakerService::new(inner, self.keeper.lend(), self.classifier.clone())
    }
}

impl<C, R> fmt::Debug for CircuitBreakerLayer<C, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CircuitBreakerLayer").field(&self.keeper).finish()
    }
}
