//! What all calls of one cache share.

use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use ms_core::clock::{Instant, now};
use ms_core::config::ConfigError;
use ms_core::registry::{Burst, Voice};
use ms_core::sync::{AtomicU64, Mutex, MutexGuard, Ordering, lock};

use super::super::event;
use super::config::CacheConfig;
use super::flights::{Flights, Joined, Seat, Told};
use super::key::Hashed;
use super::shelf::{Bounds, Found, Gone, Shelf};

/// Its name in marks and metrics.
pub(super) const BY: &str = "cache";

/// For how long answers are fresh where every call is made.
const NEVER: u64 = u64::MAX;

/// The settings and what is kept.
///
/// While the table is locked, nothing is cloned, dropped or woken that belongs to a user, but for
/// keys that are compared: see [`Hashed`].
pub(super) struct Shared<Key, T> {
    pub(super) voice: Voice,
    table: Mutex<Table<Key, T>>,
    /// In nanoseconds; the largest where every call is made. Read before the table is locked.
    fresh_for: AtomicU64,
    hasher: RandomState,
    degraded: Burst,
    unanswered: Burst,
}

pub(super) struct Table<Key, T> {
    pub(super) config: CacheConfig,
    pub(super) shelf: Shelf<Key, T>,
    pub(super) flights: Flights<Key, Found<T>, Waker>,
}

/// What becomes of a call.
pub(super) enum Entered<T> {
    Fresh(Found<T>),
    Leads,
    /// It waits, so long at most.
    Follows(Seat, Duration),
    Alone,
}

/// A cache at one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) entries: usize,
    pub(super) weight: u64,
    pub(super) waiting: usize,
    pub(super) gone: Gone,
}

impl CacheConfig {
    pub(super) const fn bounds(&self) -> Bounds {
        let &Self { max_entries, max_weight, max_age, .. } = self;
        Bounds { max_entries, max_weight, max_age }
    }

    /// How long a call waits for others.
    pub(super) const fn wait(&self, has_older: bool) -> Duration {
        if has_older { self.patience } else { self.max_wait }
    }
}

impl<Key, T> Shared<Key, T> {
    pub(super) fn new(voice: Voice, config: CacheConfig) -> Self {
        let (shelf, flights, now) = (Shelf::default(), Flights::default(), now());
        let fresh_for = AtomicU64::new(nanos(config.fresh_for));
        Self {
            voice,
            fresh_for,
            table: Mutex::new(Table { config, shelf, flights }),
            hasher: RandomState::new(),
            degraded: Burst::new(now),
            unanswered: Burst::new(now),
        }
    }

    pub(super) fn table(&self) -> MutexGuard<'_, Table<Key, T>> {
        lock(&self.table)
    }

    /// Whether answers are given without a call.
    pub(super) fn is_eager(&self) -> bool {
        self.fresh_for.load(Ordering::Relaxed) != NEVER
    }

    pub(super) fn config(&self) -> CacheConfig {
        self.table().config.clone()
    }

    /// An answer of before was given to a call that failed for `reason`.
    pub(super) fn note_degraded(&self, reason: &'static str) {
        if let Some(count) = self.degraded.note(now()) {
            event::degraded(&self.voice, count, BY, reason);
        }
    }

    /// A call failed for `reason`, and nothing is kept for it.
    pub(super) fn note_unanswered(&self, reason: &'static str) {
        if let Some(count) = self.unanswered.note(now()) {
            event::no_answer(&self.voice, count, "no_answer", reason);
        }
    }
}

impl<Key: Eq, T> Shared<Key, T> {
    pub(super) fn hashed(&self, key: Key) -> Hashed<Key>
    where
        Key: Hash,
    {
        let hash = self.hasher.hash_one(&key);
        Hashed::new(key, hash)
    }

    /// The answer that is kept under `key`, if it may still be given.
    pub(super) fn get(&self, key: &Hashed<Key>, now: Instant) -> Option<Found<T>> {
        let table = self.table();
        table.shelf.get(key, now, table.config.max_age)
    }

    /// What becomes of a call for `key` that comes at `now`.
    pub(super) fn join(&self, key: &Hashed<Key>, now: Instant) -> Entered<T> {
        let mut table = self.table();
        let found = table.shelf.get(key, now, table.config.max_age);
        let fresh_for = table.config.fresh_for.unwrap_or_default();
        if let Some(found) = found.as_ref().filter(|found| found.age(now) <= fresh_for) {
            return Entered::Fresh(found.clone());
        }
        let (most, wait) = (table.config.max_waiting, table.config.wait(found.is_some()));
        match table.flights.join(key, most) {
            Joined::Leads => Entered::Leads,
            Joined::Follows(seat) => Entered::Follows(seat, wait),
            Joined::Alone => Entered::Alone,
        }
    }

    /// Keeps `kept`, which came at `at`.
    pub(super) fn put(&self, key: &Hashed<Key>, kept: T, weight: u64, at: Instant) -> Found<T> {
        let answer = Found { kept: Arc::new(kept), at };
        let (entry, now) = (answer.clone(), now());
        let mut table = self.table();
        let bounds = table.config.bounds();
        let gone = table.shelf.put(key.clone(), entry, weight, now, bounds);
        drop(table);
        drop(gone);
        answer
    }

    /// The flight for `key` is over, and all who follow are told so.
    pub(super) fn end(&self, key: &Hashed<Key>, told: &Told<Found<T>>) {
        let wakers = self.table().flights.end(key, told);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Who leads for `key` goes away.
    pub(super) fn hand_over(&self, key: &Hashed<Key>) {
        let waker = self.table().flights.hand_over(key);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub(super) fn reconfigure(&self, config: &CacheConfig) -> Result<(), ConfigError> {
        config.validate()?;
        let (config, now) = (config.clone(), now());
        let mut table = self.table();
        let gone = table.shelf.trim(now, config.bounds());
        self.fresh_for.store(nanos(config.fresh_for), Ordering::Relaxed);
        table.config = config;
        drop(table);
        drop(gone);
        Ok(())
    }

    /// Forgets all that is kept.
    pub(super) fn clear(&self) {
        let gone = self.table().shelf.clear();
        drop(gone);
    }

    /// Lets go what is too old, and looks.
    pub(super) fn look(&self) -> Seen {
        let now = now();
        let mut table = self.table();
        let bounds = table.config.bounds();
        let gone = table.shelf.trim(now, bounds);
        let seen = Seen {
            entries: table.shelf.len(),
            weight: table.shelf.weight(),
            waiting: table.flights.waiting(),
            gone: table.shelf.gone(),
        };
        drop(table);
        drop(gone);
        seen
    }
}

/// What exceeds 584 years is never.
fn nanos(duration: Option<Duration>) -> u64 {
    duration.and_then(|duration| u64::try_from(duration.as_nanos()).ok()).unwrap_or(NEVER)
}

impl<Key, T> fmt::Debug for Shared<Key, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.voice)
    }
}
