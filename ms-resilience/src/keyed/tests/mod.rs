//! Families through their public names, and their hearts against models.

#[cfg(not(ms_loom))]
mod family;
#[cfg(ms_loom)]
mod loom;
#[cfg(not(ms_loom))]
mod model;
#[cfg(not(ms_loom))]
mod panics;
#[cfg(not(ms_loom))]
mod reloaded;
#[cfg(not(ms_loom))]
mod room;
#[cfg(not(ms_loom))]
mod settings;
#[cfg(not(ms_loom))]
mod stress;
#[cfg(not(ms_loom))]
mod table;

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::time::Duration;

use ms_core::config::{ConfigError, ensure};
use ms_core::lease::Counter;
use ms_core::registry::{Command, CommandError, Metric, Policy, Readings, Registry, Voice};

use super::config::KeysConfig;
use super::family::Family;
use super::keys::Kept;
use super::member::{Member, Stay};
use super::metrics::KeyMetrics;

const MINUTE: Duration = Duration::from_secs(60);

const VISITS: Metric = Metric::new("test.door.visits", "{visit}", "Who came in.");

const METRICS: KeyMetrics = KeyMetrics {
    keys: Metric::new("test.door.keys", "{key}", KeyMetrics::KEYS),
    limit: Metric::new("test.door.keys.limit", "{key}", KeyMetrics::LIMIT),
    evicted: Metric::new("test.door.keys.evicted", "{key}", KeyMetrics::EVICTED),
    overflowed: Metric::new("test.door.keys.overflowed", "{call}", KeyMetrics::OVERFLOWED),
};

const fn keys(max_keys: u32, idle: Duration) -> KeysConfig {
    KeysConfig { max_keys, idle }
}

/// What is kept for a key, and when it may be forgotten.
#[derive(Debug, Default)]
struct Toy(AtomicU8);

impl Toy {
    fn set(&self, stay: Stay) {
        self.0.store(stay as u8, Ordering::SeqCst);
    }
}

impl Kept for Toy {
    fn stay(&self) -> Stay {
        match self.0.load(Ordering::SeqCst) {
            0 => Stay::WhileRoom,
            1 => Stay::WhileUsed,
            _ => Stay::Always,
        }
    }
}

/// A policy that has a size, and counts who came in.
#[derive(Debug)]
struct Door {
    voice: Voice,
    visits: Counter,
    size: AtomicU32,
    /// How often it was told a size.
    told: AtomicU32,
    toy: Toy,
}

impl Door {
    fn size(&self) -> u32 {
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
fn doors<K>(config: &KeysConfig) -> (Registry, Arc<Family<K, Door>>)
where
    K: Hash + Eq + Clone + fmt::Display + Send + Sync + 'static,
{
    let registry = Registry::new();
    let family =
        registry.register("door", "users", |voice| Arc::new(Family::new(voice, 1, config)));
    (registry, family)
}

/// The names of all that the registry lists.
fn names(registry: &Registry) -> Vec<String> {
    let policies = registry.policies();
    policies.iter().map(|policy| policy.voice().name().to_string()).collect()
}
