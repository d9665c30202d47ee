//! A cache, to look at and to change while it runs.

use std::fmt;
use std::sync::Arc;

use ms_core::config::ConfigError;
use ms_core::lease::Leases;
use ms_core::name::Name;
use ms_core::registry::{Anew, Command, CommandError, Events, Policy, Readings, Voice};
use ms_core::tally::{Tally, Ticket};

use super::super::metric::CALLS;
use super::config::CacheConfig;
use super::metric::{CallOutcome, ENTRIES, EVICTIONS, WAITING, WEIGHT};
use super::shared::{BY, Seen, Shared};

/// What all services of one layer share, as the registry sees it.
pub(super) struct Handle<Key, T> {
    leases: Leases<Arc<Shared<Key, T>>, Tally<CallOutcome>>,
}

impl<Key, T> Handle<Key, T> {
    pub(super) fn new(voice: Voice, config: CacheConfig) -> Self {
        Self { leases: Leases::striped(Arc::new(Shared::new(voice, config))) }
    }

    pub(super) fn ticket(&self) -> Ticket<Arc<Shared<Key, T>>, CallOutcome> {
        Ticket::new(self.leases.take())
    }

    pub(super) fn shared(&self) -> &Arc<Shared<Key, T>> {
        self.leases.shared()
    }
}

impl<Key, T> Policy for Handle<Key, T>
where
    Key: Eq + Send + Sync,
    T: Send + Sync,
{
    fn voice(&self) -> &Voice {
        &self.shared().voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CacheConfig { max_entries, max_age, fresh_for, .. } = self.shared().config();
        write!(f, "{max_entries} answers for {max_age:?}")?;
        match fresh_for {
            Some(fresh_for) => write!(f, ", fresh for {fresh_for:?}"),
            None => Ok(()),
        }
    }

    fn read(&self, out: &mut dyn Readings) {
        Tally::read(&self.leases, &CALLS, Some(("by", BY)), out);
        let Seen { entries, weight, waiting, gone } = self.shared().look();
        out.gauge(&ENTRIES, &[], number(entries as u64));
        out.gauge(&WEIGHT, &[], number(weight));
        out.gauge(&WAITING, &[], number(waiting as u64));
        out.counter(&EVICTIONS, &[("reason", "old")], gone.old);
        out.counter(&EVICTIONS, &[("reason", "crowded")], gone.crowded);
    }

    fn command(&self, command: &Command) -> Result<(), CommandError> {
        if let Command::Reset = command {
            self.shared().clear();
            return Ok(());
        }
        Ok(self.shared().reconfigure(command.settings()?)?)
    }
}

#[allow(clippy::cast_precision_loss, reason = "a gauge, and less than 2^53 of anything")]
const fn number(count: u64) -> f64 {
    count as f64
}

impl<Key, T> Anew for Handle<Key, T>
where
    Key: Eq + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    fn anew(&self, voice: Voice) -> Self {
        Self::new(voice, self.shared().config())
    }
}

impl<Key, T> fmt::Debug for Handle<Key, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shared().fmt(f)
    }
}

/// A cache of any type, as its public handle sees it.
trait AnyCache: Policy {
    fn look(&self) -> Seen;
    fn config(&self) -> CacheConfig;
    fn reconfigure(&self, config: &CacheConfig) -> Result<(), ConfigError>;
    fn clear(&self);
}

impl<Key, T> AnyCache for Handle<Key, T>
where
    Key: Eq + Send + Sync,
    T: Send + Sync,
{
    fn look(&self) -> Seen {
        self.shared().look()
    }

    fn config(&self) -> CacheConfig {
        self.shared().config()
    }

    fn reconfigure(&self, config: &CacheConfig) -> Result<(), ConfigError> {
        self.shared().reconfigure(config)
    }

    fn clear(&self) {
        self.shared().clear();
    }
}

/// A cache, to look at and to change while it runs. Copies are one cache.
///
/// ```
/// use ms_resilience::fallback::{FallbackLayer, cache::{CacheConfig, CacheLayer}};
///
/// let layer: CacheLayer<_, _, String, _> = FallbackLayer::cached("users", |id: &u32| Some(*id));
/// let users = layer.handle();
/// users.reconfigure(&CacheConfig::default().max_entries(50))?;
/// assert_eq!((users.snapshot().entries, users.config().max_entries), (0, 50));
/// # Ok::<(), ms_core::config::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Cache(Arc<dyn AnyCache>);

/// A cache at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// How many answers are kept.
    pub entries: usize,
    /// How much they weigh, in bytes.
    pub weight: u64,
    /// How many calls wait for another one that gets the same.
    pub waiting: usize,
}

impl Cache {
    pub(super) fn new<Key, T>(handle: Arc<Handle<Key, T>>) -> Self
    where
        Key: Eq + Send + Sync + 'static,
        T: Send + Sync + 'static,
    {
        Self(handle)
    }

    /// Under which name it stands in the registry.
    #[must_use]
    pub fn name(&self) -> &Name {
        self.0.voice().name()
    }

    /// What is so at this moment.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let Seen { entries, weight, waiting, .. } = self.0.look();
        Snapshot { entries, weight, waiting }
    }

    /// The settings that are in force.
    #[must_use]
    pub fn config(&self) -> CacheConfig {
        self.0.config()
    }

    /// Takes over `config`. What is kept stays, as far as there is room for it now.
    ///
    /// # Errors
    /// When a setting makes no sense. Then nothing changes.
    pub fn reconfigure(&self, config: &CacheConfig) -> Result<(), ConfigError> {
        self.0.reconfigure(config)
    }

    /// Forgets all that is kept.
    pub fn clear(&self) {
        self.0.clear();
    }

    /// What it tells, from now on.
    #[must_use]
    pub fn subscribe(&self) -> Events {
        self.0.voice().subscribe()
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy: &dyn Policy = &*self.0;
        fmt::Display::fmt(&policy.described(), f)
    }
}
