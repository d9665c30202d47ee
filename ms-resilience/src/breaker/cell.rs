//! The circuit of one of several keys.

use std::fmt;
use std::sync::Arc;

use ms_core::clock::now;
use ms_core::config::{ConfigError, ensure};
use ms_core::registry::{Command, CommandError, Metric, Policy, Readings, Voice};
use ms_core::tally::Tally;

use super::config::CircuitBreakerConfig;
use super::hold::{Hold, Seat};
use super::metric::{CALLS, CallOutcome};
use super::rules::Rules;
use super::shown::{Shown, outline};
use super::state::State;
use super::word::CircuitState;
use crate::keyed::{KeyMetrics, Member, Stay};

/// What the circuits of keys count as a family.
pub(super) const KEYS: KeyMetrics = KeyMetrics {
    keys: Metric::new("resilience.circuit_breaker.keys", "{key}", KeyMetrics::KEYS),
    limit: Metric::new("resilience.circuit_breaker.keys.limit", "{key}", KeyMetrics::LIMIT),
    evicted: Metric::new("resilience.circuit_breaker.keys.evicted", "{key}", KeyMetrics::EVICTED),
    overflowed: Metric::new(
        "resilience.circuit_breaker.keys.overflowed",
        "{call}",
        KeyMetrics::OVERFLOWED,
    ),
};

/// The circuit of one key. It has one stripe: what is crowded are its neighbours.
#[derive(Debug)]
pub(super) struct Cell {
    state: State,
    tally: Tally<CallOutcome>,
}

/// What all circuits of a family are made of.
#[derive(Debug, Clone)]
pub(super) struct Common {
    pub(super) rules: Arc<Rules>,
    /// What the rules are to be.
    pub(super) config: CircuitBreakerConfig,
}

/// What a call holds of the circuit of a key.
pub struct HeldOfKey(Arc<Cell>);

impl Cell {
    #[inline]
    pub(super) fn state(&self) -> &State {
        &self.state
    }

    /// A call was refused.
    pub(super) fn count_rejected(&self) {
        self.tally.count(CallOutcome::Rejected);
    }
}

impl Common {
    /// Settings that were validated.
    pub(super) fn new(config: &CircuitBreakerConfig) -> Self {
        let rules = Rules::new(config, now());
        Self { rules: Arc::new(rules), config: config.clone() }
    }

    pub(super) fn with(&self, config: &CircuitBreakerConfig) -> Self {
        Self { rules: Arc::clone(&self.rules), config: config.clone() }
    }
}

impl Shown for Cell {
    fn state(&self) -> &State {
        &self.state
    }

    fn reconfigure(&self, _config: &CircuitBreakerConfig) -> Result<(), ConfigError> {
        let name = self.state.voice.name().as_str();
        ensure("key", &name, false, "all of them: their settings are in common")
    }
}

impl Policy for Cell {
    fn voice(&self) -> &Voice {
        &self.state.voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.state.describe(f)
    }

    fn read(&self, out: &mut dyn Readings) {
        self.tally.read_alone(&CALLS, out);
        self.state.read(now(), out);
    }

    fn command(&self, command: &Command) -> Result<(), CommandError> {
        if self.state.command(command) {
            return Ok(());
        }
        Ok(self.reconfigure(command.settings()?)?)
    }
}

impl Member for Cell {
    type Config = Common;
    const METRICS: &'static KeyMetrics = &KEYS;

    fn new(voice: Voice, common: &Common) -> Self {
        let state = State::new(voice, Arc::clone(&common.rules), 1, now());
        Self { state, tally: Tally::default() }
    }

    fn stay(&self) -> Stay {
        match self.state.word.read().state {
            CircuitState::Closed | CircuitState::Disabled => Stay::WhileRoom,
            CircuitState::Open | CircuitState::HalfOpen => Stay::WhileUsed,
            CircuitState::ForcedOpen => Stay::Always,
        }
    }

    fn validate(common: &Common) -> Result<(), ConfigError> {
        common.config.validate()
    }

    fn settings(command: &Command, common: &Common) -> Result<Common, CommandError> {
        Ok(common.with(command.settings()?))
    }

    fn replace(common: &Common) {
        common.rules.replace(&mut common.rules.hold(), &common.config);
    }

    fn take_over(&self, common: &Common) {
        self.state.adopt(&common.rules.hold(), now());
    }

    fn taken_over(&self) {
        self.state.adopted(now());
    }

    fn outline(common: &Common, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        outline(&common.config, f)
    }
}

impl HeldOfKey {
    #[inline]
    pub(super) const fn new(cell: Arc<Cell>) -> Self {
        Self(cell)
    }
}

impl Hold for HeldOfKey {
    #[inline]
    fn seat(&self) -> Seat<'_> {
        let Cell { state, tally } = &*self.0;
        Seat { state, tally, stripe: 0 }
    }
}

impl fmt::Debug for HeldOfKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HeldOfKey").field(self.0.state.voice.name()).finish()
    }
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use super::super::state::Stripe;
    use super::*;

    /// What the allocator is asked for, for a key that is a number: its place in the table with the
    /// counts of the `Arc` (at most 64 bytes, as the table tests), the circuit, its stripe and its
    /// name.
    #[test]
    fn s_17_the_circuit_of_an_idle_key_is_small() {
        let name = 16 + "users/4294967295".len();
        let whole = 64 + size_of::<Cell>() + size_of::<Stripe>() + name;
        assert!(whole <= 400, "{whole} bytes");
    }
}
