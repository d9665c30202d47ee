//! The circuits of keys, to be looked at and told what to do.

use std::fmt;
use std::sync::Arc;

use ms_core::config::ConfigError;
use ms_core::registry::Policy;

use super::cell::Cell;
use super::config::CircuitBreakerConfig;
use super::control::CircuitBreaker;
use crate::keyed::{Family, Key, KeysConfig};

/// A circuit breaker for each of several keys. Copies are the same circuits.
#[derive(Clone)]
pub struct CircuitBreakers<K>(Arc<Family<K, Cell>>);

impl<K: Key> CircuitBreakers<K> {
    pub(super) const fn new(family: Arc<Family<K, Cell>>) -> Self {
        Self(family)
    }

    /// The circuit of `key`, if there is one. As long as it is held it is not forgotten.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<CircuitBreaker> {
        self.0.get(key).map(CircuitBreaker::new)
    }

    /// All keys with their circuits, the eldest first.
    #[must_use]
    pub fn list(&self) -> Vec<(K, CircuitBreaker)> {
        let circuit = |(key, cell)| (key, CircuitBreaker::new(cell));
        self.0.list().into_iter().map(circuit).collect()
    }

    /// The circuit that all keys share for which there was no room, if that ever was so.
    #[must_use]
    pub fn other(&self) -> Option<CircuitBreaker> {
        self.0.other().map(CircuitBreaker::new)
    }

    /// The settings that are in force.
    #[must_use]
    pub fn config(&self) -> CircuitBreakerConfig {
        self.0.config().config
    }

    /// All circuits take over other settings and keep their state.
    ///
    /// # Errors
    /// When a setting makes no sense; the old ones stay in force.
    pub fn reconfigure(&self, config: &CircuitBreakerConfig) -> Result<(), ConfigError> {
        self.0.reconfigure(&self.0.config().with(config))
    }

    /// Takes over other bounds. If fewer keys may be kept, those go that may; the rest follows.
    ///
    /// # Errors
    /// When a setting makes no sense; the old ones stay in force.
    pub fn reconfigure_keys(&self, config: &KeysConfig) -> Result<(), ConfigError> {
        self.0.reconfigure_keys(config)
    }
}

impl<K: Key> fmt::Debug for CircuitBreakers<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy: &dyn Policy = &*self.0;
        write!(f, "{}", policy.described())
    }
}
