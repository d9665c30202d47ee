//! A failover, to look at and to change while it runs.

use std::fmt;
use std::sync::Arc;

use ms_core::clock::now;
use ms_core::config::ConfigError;
use ms_core::lease::{Lease, Leases};
use ms_core::name::Name;
use ms_core::registry::{Anew, Command, CommandError, Events, Policy, Readings, Voice};

use super::config::{FailoverConfig, IfNoneAvailable};
use super::endpoint::EndpointSnapshot;
use super::metric::Answers;
use super::purse::Purse;
use super::state::State;
use crate::budget::Budget;

/// What all clones share, as the registry sees it.
#[derive(Debug)]
pub(super) struct Handle {
    leases: Leases<State, Answers>,
}

impl Handle {
    /// With a `config` that was validated, and at least one endpoint.
    pub(super) fn new(
        voice: Voice,
        names: Vec<Name>,
        config: FailoverConfig,
        purse: Purse,
    ) -> Self {
        Self { leases: Leases::striped(State::new(voice, names, config, purse)) }
    }

    #[inline]
    pub(super) fn state(&self) -> &State {
        self.leases.shared()
    }

    /// Leases of `part`, each of which leads to one of the policy.
    pub(super) fn leading<T>(&self, part: T) -> Leases<T, Lease<State, Answers>> {
        self.leases.leading(part)
    }
}

impl Policy for Handle {
    fn voice(&self) -> &Voice {
        &self.state().voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.state().names().iter().enumerate() {
            write!(f, "{}{name}", if index == 0 { "" } else { ", then " })?;
        }
        let FailoverConfig { patience, return_over, sticky, if_none_available, .. } =
            self.state().config();
        write!(f, "; patience {patience:?}")?;
        match sticky {
            true => f.write_str(", sticky")?,
            false => write!(f, ", back over {return_over:?}")?,
        }
        let rejects = if_none_available == IfNoneAvailable::Reject;
        f.write_str(if rejects { ", may reject" } else { "" })
    }

    fn read(&self, out: &mut dyn Readings) {
        self.state().read(now(), |index| Answers::sum(&self.leases, index), out);
    }

    fn command(&self, command: &Command) -> Result<(), CommandError> {
        if matches!(command, Command::Reset) {
            self.state().reset();
            return Ok(());
        }
        Ok(self.state().reconfigure(command.settings()?)?)
    }
}

impl Anew for Handle {
    fn anew(&self, voice: Voice) -> Self {
        let state = self.state();
        Self::new(voice, state.names(), state.config(), state.purse().anew())
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
pub struct FailoverHandle(Arc<Handle>);

impl FailoverHandle {
    pub(super) const fn new(handle: Arc<Handle>) -> Self {
        Self(handle)
    }

    /// Under which name it stands in the registry.
    #[must_use]
    pub fn name(&self) -> &Name {
        self.0.voice().name()
    }

    /// How its endpoints stand, in their order, and how each failed for the last time.
    #[must_use]
    pub fn endpoints(&self) -> Vec<EndpointSnapshot> {
        self.0.state().snapshot(now())
    }

    /// The place of the endpoint with which calls stay, counted from 0; always the first unless it
    /// is [sticky](FailoverConfig::sticky).
    #[must_use]
    pub fn current(&self) -> usize {
        self.0.state().roster.current()
    }

    /// What pays for sending a request to another endpoint.
    #[must_use]
    pub fn budget(&self) -> Budget {
        self.0.state().purse().budget
    }

    /// What happens to it, from now on.
    #[must_use]
    pub fn subscribe(&self) -> Events {
        self.0.voice().subscribe()
    }

    /// Trusts all endpoints again, whatever was seen of them.
    pub fn reset(&self) {
        self.0.state().reset();
    }

    /// The settings that are in force.
    #[must_use]
    pub fn config(&self) -> FailoverConfig {
        self.0.state().config()
    }

    /// Takes over other settings, and keeps how the endpoints stand. A budget that was given keeps
    /// its own settings.
    ///
    /// # Errors
    /// When a setting makes no sense; the old ones stay in force.
    pub fn reconfigure(&self, config: &FailoverConfig) -> Result<(), ConfigError> {
        self.0.state().reconfigure(config)
    }
}

impl fmt::Debug for FailoverHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy: &dyn Policy = &*self.0;
        write!(f, "{}", policy.described())
    }
}
