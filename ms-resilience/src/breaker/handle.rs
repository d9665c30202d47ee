//! What all services of a layer share, as the registry sees it.

use std::fmt;
use std::sync::Arc;

use ms_core::clock::now;
use ms_core::config::ConfigError;
use ms_core::lease::Leases;
use ms_core::registry::{Anew, Command, CommandError, Policy, Readings, Voice};
use ms_core::tally::Tally;

use super::config::CircuitBreakerConfig;
use super::hold::Held;
use super::metric::{CALLS, CallOutcome};
use super::rules::Rules;
use super::shown::Shown;
use super::state::State;

/// What all services of a layer share.
#[derive(Debug)]
pub(super) struct Handle {
    leases: Leases<State, Tally<CallOutcome>>,
}

impl Handle {
    /// A circuit with a `config` that was validated.
    pub(super) fn new(voice: Voice, config: &CircuitBreakerConfig) -> Self {
        let now = now();
        let rules = Arc::new(Rules::new(config, now));
        let state = |stripes| State::new(voice, rules, stripes, now);
        Self { leases: Leases::striped_by(state) }
    }

    #[inline]
    pub(super) fn state(&self) -> &State {
        self.leases.shared()
    }

    #[inline]
    pub(super) fn lease(&self) -> Held {
        Held::new(self.leases.take())
    }

    /// A call was refused.
    #[inline]
    pub(super) fn count_rejected(&self) {
        self.leases.counters().count(CallOutcome::Rejected);
    }
}

impl Shown for Handle {
    fn state(&self) -> &State {
        self.leases.shared()
    }

    fn reconfigure(&self, config: &CircuitBreakerConfig) -> Result<(), ConfigError> {
        config.validate()?;
        self.state().reconfigure(config, now());
        Ok(())
    }
}

impl Policy for Handle {
    fn voice(&self) -> &Voice {
        &self.state().voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.state().describe(f)
    }

    fn read(&self, out: &mut dyn Readings) {
        Tally::read(&self.leases, &CALLS, None, out);
        self.state().read(now(), out);
    }

    fn command(&self, command: &Command) -> Result<(), CommandError> {
        if self.state().command(command) {
            return Ok(());
        }
        Ok(self.reconfigure(command.settings()?)?)
    }
}

impl Anew for Handle {
    fn anew(&self, voice: Voice) -> Self {
        Self::new(voice, &self.state().rules.config())
    }
}
