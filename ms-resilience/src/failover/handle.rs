//! A failover, to look at and to change while it runs.

use std::fmt;
use std::sync::Arc;

use ms_core::clock::now;
use ms_core::config::ConfigError;
use ms_core::name::Name;
use ms_core::registry::{Anew, Command, CommandError, Events, Policy, Readings, Voice};

use super::config::{FailoverConfig, IfNoneAvailable};
use super::endpoint::EndpointSnapshot;
use super::state::State;
use crate::budget::Budget;

impl Policy for State {
    fn voice(&self) -> &Voice {
        &self.voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.names().iter().enumerate() {
            write!(f, "{}{name}", if index == 0 { "" } else { ", then " })?;
        }
        let FailoverConfig { patience, return_over, sticky, if_none_available, .. } = self.config();
        write!(f, "; patience {patience:?}")?;
        if sticky {
            write!(f, ", sticky")?
        } else {
            write!(f, ", back over {return_over:?}")?
        }
        if if_none_available == IfNoneAvailable::Reject {
            write!(f, ", may reject")?
        }
        Ok(())
    }

    fn read(&self, out: &mut dyn Readings) {
        self.read_at(now(), out);
    }

    fn command(&self, command: &Command) -> Result<(), CommandError> {
        if matches!(command, Command::Reset) {
            self.forgive();
            return Ok(());
        }
        Ok(self.adopt(command.settings()?)?)
    }
}

impl Anew for State {
    fn anew(&self, voice: Voice) -> Self {
        self.renamed(voice, self.names())
    }
}

/// A failover, to look at and to change while it runs. Copies are one failover.
///
/// ```
/// # use ms_core::availability::AlwaysAvailable;
/// # use ms_core::rejection::BoxError;
/// # use ms_resilience::failover::{EndpointStanding, Failover, FailoverConfig};
/// # let client = AlwaysAvailable::new(tower::service_fn(|id: u32| async move {
/// #     Ok::<_, BoxError>(id)
/// # }));
/// let users = Failover::named("users", [client, client])?.endpoint_names(["eu", "us"])?;
/// let handle = users.handle();
/// handle.reconfigure(&FailoverConfig::default().sticky(true))?;
///
/// let endpoints = handle.endpoints();
/// assert_eq!(endpoints[0].name.as_str(), "eu");
/// assert_eq!(endpoints[1].standing, EndpointStanding::Trusted);
/// assert!(endpoints[1].last_failure.is_none());
/// # Ok::<(), ms_core::config::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct FailoverHandle(Arc<State>);

impl FailoverHandle {
    pub(super) const fn new(state: Arc<State>) -> Self {
        Self(state)
    }

    /// Under which name it stands in the registry.
    #[must_use]
    pub fn name(&self) -> &Name {
        self.0.voice().name()
    }

    /// How its endpoints stand, in their order, and how each failed for the last time.
    #[must_use]
    pub fn endpoints(&self) -> Vec<EndpointSnapshot> {
        self.0.snapshot(now())
    }

    /// The place of the endpoint with which calls stay, counted from 0; always the first unless it
    /// is [sticky](FailoverConfig::sticky).
    #[must_use]
    pub fn current(&self) -> usize {
        self.0.roster.current()
    }

    /// What pays for sending a request to another endpoint.
    #[must_use]
    pub fn budget(&self) -> Budget {
        self.0.purse().budget
    }

    /// What happens to it, from now on.
    #[must_use]
    pub fn subscribe(&self) -> Events {
        self.0.voice().subscribe()
    }

    /// Trusts all endpoints again, whatever was seen of them.
    pub fn reset(&self) {
        self.0.forgive();
    }

    /// The settings that are in force.
    #[must_use]
    pub fn config(&self) -> FailoverConfig {
        self.0.config()
    }

    /// Takes over other settings, and keeps how the endpoints stand. A budget that was given keeps
    /// its own settings.
    ///
    /// # Errors
    /// When a setting makes no sense; the old ones stay in force.
    pub fn reconfigure(&self, config: &FailoverConfig) -> Result<(), ConfigError> {
        self.0.adopt(config)
    }
}

impl fmt::Debug for FailoverHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy: &dyn Policy = &*self.0;
        write!(f, "{}", policy.described())
    }
}
