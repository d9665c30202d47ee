//! A retry policy, to look at and to change while it runs.

use std::fmt;
use std::sync::Arc;

use ms_core::config::ConfigError;
use ms_core::lease::{Lease, Leases};
use ms_core::name::Name;
use ms_core::registry::{Anew, Command, CommandError, Events, Policy, Readings, Voice};

use super::config::RetryConfig;
use super::metric::Counts;
use super::state::{Purse, State};
use crate::budget::Budget;

/// What all services of a layer share, as the registry sees it.
#[derive(Debug)]
pub(super) struct Handle {
    leases: Leases<State, Counts>,
}

impl Handle {
    /// With a `config` that was validated.
    pub(super) fn new(voice: Voice, config: RetryConfig, purse: Purse) -> Self {
        Self { leases: Leases::striped(State::new(voice, config, purse)) }
    }

    pub(super) fn state(&self) -> &State {
        self.leases.shared()
    }

    /// Leases of a part of it.
    pub(super) fn leading<T>(&self, part: T) -> Leases<T, Lease<State, Counts>> {
        self.leases.leading(part)
    }
}

impl Policy for Handle {
    fn voice(&self) -> &Voice {
        &self.state().voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RetryConfig { attempts, backoff, .. } = self.state().config();
        write!(f, "{attempts} attempts, pauses from {:?} to {:?}", backoff.base, backoff.cap)
    }

    fn read(&self, out: &mut dyn Readings) {
        Counts::read(&self.leases, out);
        self.state().read(out);
    }

    fn command(&self, command: &Command) -> Result<(), CommandError> {
        Ok(self.state().reconfigure(command.settings()?)?)
    }
}

impl Anew for Handle {
    fn anew(&self, voice: Voice) -> Self {
        Self::new(voice, self.state().config(), self.state().purse_anew())
    }
}

/// A retry policy, to look at and to change while it runs. Copies are one policy.
///
/// ```
/// use ms_resilience::retry::{RetryConfig, RetryLayer};
///
/// let layer = RetryLayer::named("users");
/// let users = layer.handle();
/// users.reconfigure(&RetryConfig::default().attempts(2))?;
/// assert_eq!((users.config().attempts, users.budget().snapshot().tokens), (2, 1.0));
/// # Ok::<(), ms_core::config::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Retry(Arc<Handle>);

impl Retry {
    pub(super) const fn new(handle: Arc<Handle>) -> Self {
        Self(handle)
    }

    /// Under which name it stands in the registry.
    #[must_use]
    pub fn name(&self) -> &Name {
        self.0.voice().name()
    }

    /// What pays for its attempts beyond the first.
    #[must_use]
    pub fn budget(&self) -> Budget {
        self.0.state().budget()
    }

    /// Its events, from now on.
    #[must_use]
    pub fn subscribe(&self) -> Events {
        self.0.voice().subscribe()
    }

    /// The settings that are in force.
    #[must_use]
    pub fn config(&self) -> RetryConfig {
        self.0.state().config()
    }

    /// Takes over other settings, and keeps what is in the budget. Calls under way go on with the
    /// pauses that they began with. A schedule and a budget that the layer was given stay.
    ///
    /// # Errors
    /// When a setting makes no sense; the old ones stay in force.
    pub fn reconfigure(&self, config: &RetryConfig) -> Result<(), ConfigError> {
        self.0.state().reconfigure(config)
    }
}

impl fmt::Debug for Retry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy: &dyn Policy = &*self.0;
        write!(f, "{}", policy.described())
    }
}
