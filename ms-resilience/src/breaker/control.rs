//! A circuit breaker, to be looked at and told what to do.

use std::fmt;
use std::sync::Arc;

use ms_core::clock::now;
use ms_core::config::ConfigError;
use ms_core::registry::{Events, Policy};

use super::config::CircuitBreakerConfig;
use super::shown::Shown;
use super::snapshot::Snapshot;
use super::word::CircuitState;

/// A circuit breaker: to look at it, and to tell it what to do. Copies are one circuit.
#[derive(Clone)]
pub struct CircuitBreaker(Arc<dyn Shown>);

impl CircuitBreaker {
    pub(super) fn new(circuit: Arc<impl Shown + 'static>) -> Self {
        Self(circuit)
    }

    /// In which state it is.
    #[must_use]
    pub fn state(&self) -> CircuitState {
        self.0.state().word.read().state
    }

    /// How it stands at this moment.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.0.state().snapshot(now())
    }

    /// Its changes of state, from now on.
    #[must_use]
    pub fn subscribe(&self) -> Events {
        self.0.voice().subscribe()
    }

    /// Opens it, for as long as the guard lives; while there are several, until the last is gone.
    /// It is half-open then, and finds out.
    #[must_use = "the circuit is open for as long as the guard lives"]
    pub fn force_open(&self) -> ForcedOpen {
        let era = self.0.state().force(now());
        ForcedOpen(self.clone(), era)
    }

    /// Closes it and forgets all that was seen, and whoever forced it open.
    pub fn reset(&self) {
        self.0.state().reset(now());
    }

    /// The settings that are in force.
    #[must_use]
    pub fn config(&self) -> CircuitBreakerConfig {
        self.0.state().rules.config()
    }

    /// Takes over other settings and keeps the state. A window of another kind or length starts
    /// empty.
    ///
    /// # Errors
    /// When a setting makes no sense, or when it is the circuit of one of several keys, which have
    /// their settings in common; the old ones stay in force.
    pub fn reconfigure(&self, config: &CircuitBreakerConfig) -> Result<(), ConfigError> {
        self.0.reconfigure(config)
    }
}

impl fmt::Debug for CircuitBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy: &dyn Policy = &*self.0;
        write!(f, "{}", policy.described())
    }
}

/// Holds a circuit open: made by [`CircuitBreaker::force_open`].
#[derive(Debug)]
pub struct ForcedOpen(CircuitBreaker, u32);

impl Drop for ForcedOpen {
    fn drop(&mut self) {
        let Self(circuit, era) = self;
        circuit.0.state().release(now(), *era);
    }
}
