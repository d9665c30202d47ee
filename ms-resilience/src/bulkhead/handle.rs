//! A bulkhead, to look at and to change while it runs.

use std::fmt;
use std::sync::Arc;

use ms_core::config::ConfigError;
use ms_core::name::Name;
use ms_core::registry::Policy;

use super::config::BulkheadConfig;
use super::shared::Shared;

/// A bulkhead, to look at and to change while it runs. Copies are one bulkhead.
///
/// ```
/// use ms_resilience::bulkhead::BulkheadLayer;
///
/// let layer = BulkheadLayer::named("users");
/// let users = layer.handle();
/// users.resize(20)?;
///
/// let seen = users.snapshot();
/// assert_eq!((seen.in_flight, seen.waiting, seen.limit), (0, 0, 20));
/// # Ok::<(), ms_core::config::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Bulkhead(Arc<Shared>);

/// A bulkhead at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// How many calls are in flight: more than the limit where it has shrunk a moment ago.
    pub in_flight: u32,
    /// How many calls wait for a place.
    pub waiting: u32,
    /// How many calls may be in flight.
    pub limit: u32,
}

impl Bulkhead {
    pub(super) const fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }

    /// Under which name it stands in the registry.
    #[must_use]
    pub fn name(&self) -> &Name {
        self.0.voice().name()
    }

    /// What is so at this moment: the three numbers belong together.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let state = self.0.gate.state();
        Snapshot { in_flight: state.in_flight(), waiting: state.waiting(), limit: state.limit() }
    }

    /// The settings that are in force.
    #[must_use]
    pub fn config(&self) -> BulkheadConfig {
        self.0.config()
    }

    /// From now on `max_concurrent` calls may be in flight; 0 closes the bulkhead.
    ///
    /// Never waits: if there are more now, nobody is admitted until they are fewer.
    ///
    /// # Errors
    /// When it is more than can be counted. Then nothing changes.
    pub fn resize(&self, max_concurrent: u32) -> Result<(), ConfigError> {
        self.0.resize(max_concurrent)
    }

    /// Takes over `config`. Who is in flight stays so, and who waits goes on waiting, for as long
    /// as was allowed when it came.
    ///
    /// # Errors
    /// When a setting makes no sense. Then nothing changes.
    pub fn reconfigure(&self, config: &BulkheadConfig) -> Result<(), ConfigError> {
        self.0.reconfigure(config)
    }
}

impl fmt::Debug for Bulkhead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
