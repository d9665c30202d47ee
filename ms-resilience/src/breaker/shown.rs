//! A circuit as whoever looks at it sees it.

use std::fmt;

use ms_core::clock::{Instant, now};
use ms_core::config::ConfigError;
use ms_core::registry::{Command, Policy, Readings};

use super::config::CircuitBreakerConfig;
use super::metric::{FAILURE_RATIO, SLOW_RATIO, STATE, TRANSITIONS};
use super::state::State;
use super::word::CircuitState;

/// A circuit of a layer, or of a key.
pub(super) trait Shown: Policy {
    fn state(&self) -> &State;

    fn reconfigure(&self, config: &CircuitBreakerConfig) -> Result<(), ConfigError>;
}

impl State {
    pub(super) fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, ", self.word.read().state.as_str())?;
        outline(&self.rules.config(), f)
    }

    pub(super) fn read(&self, now: Instant, out: &mut dyn Readings) {
        let snapshot = self.snapshot(now);
        for (state, changes) in CircuitState::ALL.into_iter().zip(self.changes()) {
            let label = [("state", state.as_str())];
            out.gauge(&STATE, &label, if state == snapshot.state() { 1.0 } else { 0.0 });
            out.counter(&TRANSITIONS, &[("to", state.as_str())], changes.into());
        }
        out.gauge(&FAILURE_RATIO, &[], snapshot.failure_ratio());
        out.gauge(&SLOW_RATIO, &[], snapshot.slow_ratio());
    }

    /// Does what it is told, unless it is something else that is meant.
    pub(super) fn command(&self, command: &Command) -> bool {
        match command {
            Command::ForceOpen => {
                self.force(now());
            }
            Command::Reset => self.reset(now()),
            _ => return false,
        }
        true
    }
}

/// The settings, for a person.
pub(super) fn outline(config: &CircuitBreakerConfig, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "opens at {} of {:?}", config.failure_rate, config.window)
}
