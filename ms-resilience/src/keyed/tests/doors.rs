//! A policy to have for each key.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ms_core::config::{ConfigError, ensure};
use ms_core::lease::Counter;
use ms_core::registry::{Command, CommandError, Metric, Policy, Readings, Registry, Voice};

use super::super::keys::Kept;
use super::super::{Family, Key, KeyMetrics, KeysConfig, Member, Stay};
use super::Toy;

pub(super) const MINUTE: Duration = Duration::from_secs(60);

pub(super) const VISITS: Metric = Metric::new("test.door.visits", "{visit}", "Who came in.");

pub(super) const METRICS: KeyMetrics = KeyMetrics {
    keys: Metric::new("test.door.keys", "{key}", KeyMetrics::KEYS),
    limit: Metric::new("test.door.keys.limit", "{key}", KeyMetrics::LIMIT),
    evicted: Metric::new("test.door.keys.evicted", "{key}", KeyMetrics::EVICTED),
    overflowed: Metric::new("test.door.keys.overflowed", "{call}", KeyMetrics::OVERFLOWED),
};

/// A policy that has a size, and counts who came in.
#[derive(Debug)]
pub(super) struct Door {
    pub(super) voice: Voice,
    pub(super) visits: Counter,
    size: AtomicU32,
    /// How often it was told a size.
    pub(super) told: AtomicU32,
    pub(super) toy: Toy,
}

impl Door {
    pub(super) fn size(&self) -> u32 {
        self.size.load(Ordering::SeqCst)
    }
}

impl Policy for Door {
    fn voice(&self) -> &Voice {
        &self.voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Self::outline(&self.size(), f)
    }

    fn read(&self, out: &mut dyn Readings) {
        out.counter(&VISITS, &[], self.visits.get());
    }

    fn command(&self, command: &Command) -> Result<(), CommandError> {
        match command {
            Command::Reset => self.size.store(0, Ordering::SeqCst),
            other => return Err(CommandError::unsupported(other)),
        }
        Ok(())
    }
}

impl Member for Door {
    type Config = u32;

    const METRICS: &'static KeyMetrics = &METRICS;

    fn new(voice: Voice, size: &u32) -> Self {
        let size = AtomicU32::new(*size);
        Self {
            voice,
            visits: Counter::default(),
            size,
            told: AtomicU32::new(0),
            toy: Toy::default(),
        }
    }

    fn stay(&self) -> Stay {
        self.toy.stay()
    }

    fn validate(size: &u32) -> Result<(), ConfigError> {
        ensure("size", size, *size > 0, "1 or more")
    }

    fn take_over(&self, size: &u32) {
        self.size.store(*size, Ordering::SeqCst);
    }

    fn taken_over(&self) {
        self.told.fetch_add(1, Ordering::SeqCst);
    }

    fn outline(size: &u32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{size} wide")
    }
}

/// A family of doors called `users`, each of size 1, in a registry of its own.
pub(super) fn doors<K: Key>(config: &KeysConfig) -> (Registry, Arc<Family<K, Door>>) {
    let registry = Registry::new();
    let family =
        registry.register("door", "users", |voice| Arc::new(Family::new(voice, 1, config)));
    (registry, family)
}

/// The names of all that the registry lists.
pub(super) fn names(registry: &Registry) -> Vec<String> {
    let policies = registry.policies();
    policies.iter().map(|policy| policy.voice().name().to_string()).collect()
}
