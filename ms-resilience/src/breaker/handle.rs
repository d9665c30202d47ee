//! A circuit breaker, to be looked at and told what to do.

use std::fmt;
use std::sync::Arc;

use ms_core::clock::now;
use ms_core::config::ConfigError;
use ms_core::lease::Leases;
use ms_core::registry::{Anew, Command, CommandError, Events, Policy, Readings, Voice};
use ms_core::tally::Tally;

use super::config::CircuitBreakerConfig;
use super::hold::Held;
use super::metric::{CALLS, CallOutcome, FAILURE_RATIO, SLOW_RATIO, STATE, TRANSITIONS};
use super::rules::Rules;
use super::snapshot::Snapshot;
use super::state::State;
use super::word::CircuitState;

/// What all services of a layer share, as the registry sees it.
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

impl Policy for Handle {
    fn voice(&self) -> &Voice {
        &self.state().voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = self.state().rules.config();
        write!(
            f,
            "{}, opens at {} of {:?}",
            self.state().word.read().state.as_str(),
            config.failure_rate,
            config.window
        )
    }

    fn read(&self, out: &mut dyn Readings) {
        Tally::read(&self.leases, &CALLS, None, out);
        let snapshot = self.state().snapshot(now());
        for (state, changes) in CircuitState::ALL.into_iter().zip(self.state().changes()) {
            let label = [("state", state.as_str())];
            out.gauge(&STATE, &label, if state == snapshot.state { 1.0 } else { 0.0 });
            out.counter(&TRANSITIONS, &[("to", state.as_str())], changes.into());
        }
        out.gauge(&FAILURE_RATIO, &[], snapshot.failure_ratio());
        out.gauge(&SLOW_RATIO, &[], snapshot.slow_ratio());
    }

    fn command(&self, command: &Command) -> Result<(), CommandError> {
        let state = self.state();
        match command {
            Command::ForceOpen => {
                state.force(now());
            }
            Command::Reset => state.reset(now()),
            other => {
                let config: &CircuitBreakerConfig = other.settings()?;
                config.validate()?;
                state.reconfigure(config, now());
            }
        }
        Ok(())
    }
}

impl Anew for Handle {
    fn anew(&self, voice: Voice) -> Self {
        Self::new(voice, &self.state().rules.config())
    }
}

/// A circuit breaker: to look at it, and to tell it what to do. Copies are one circuit.
#[derive(Clone)]
pub struct CircuitBreaker(Arc<Handle>);

impl CircuitBreaker {
    pub(super) const fn new(handle: Arc<Handle>) -> Self {
        Self(handle)
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
    /// When a setting makes no sense; the old ones stay in force.
    pub fn reconfigure(&self, config: &CircuitBreakerConfig) -> Result<(), ConfigError> {
        config.validate()?;
        self.0.state().reconfigure(config, now());
        Ok(())
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
        self.0.0.state().release(now(), self.1);
    }
}
