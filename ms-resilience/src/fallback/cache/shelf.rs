//! Pure: what is kept, within bounds.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use ms_core::clock::Instant;

use super::key::Hashed;

/// How much may be kept, and for how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) max_entries: usize,
    pub(super) max_weight: u64,
    pub(super) max_age: Duration,
}

/// What went, to be dropped.
#[derive(Debug)]
pub(super) struct Out<Key, T> {
    _keys: [Option<Hashed<Key>>; 2],
    _kept: Arc<T>,
}

/// Answers by key. If there is no room, the oldest answer goes.
///
/// What goes is handed out, to be dropped by the caller when nothing is locked.
#[derive(Debug)]
pub(super) struct Shelf<Key, T> {
    entries: HashMap<Hashed<Key>, Entry<T>>,
    /// From the oldest to the youngest.
    order: BTreeMap<Rank, Hashed<Key>>,
    weight: u64,
    /// How many were put in so far.
    number: u64,
    /// How many went since they were too old, and since there was no room.
    gone: Gone,
}

/// How many answers went, and why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Gone {
    pub(super) old: u64,
    pub(super) crowded: u64,
}

/// By age; a number tells those of one moment apart.
type Rank = (Instant, u64);

#[derive(Debug)]
struct Entry<T> {
    found: Found<T>,
    weight: u64,
    number: u64,
}

/// An answer, and when it came.
#[derive(Debug)]
pub(super) struct Found<T> {
    pub(super) kept: Arc<T>,
    pub(super) at: Instant,
}

impl<T> Clone for Found<T> {
    fn clone(&self) -> Self {
        Self { kept: Arc::clone(&self.kept), at: self.at }
    }
}

impl<T> Found<T> {
    pub(super) fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.at)
    }
}

impl<Key, T> Default for Shelf<Key, T> {
    fn default() -> Self {
        Self {
            entries: HashMap::new(),
            order: BTreeMap::new(),
            weight: 0,
            number: 0,
            gone: Gone::default(),
        }
    }
}

impl<Key: Eq, T> Shelf<Key, T> {
    /// The answer under `key`, if it is not too old at `now`.
    pub(super) fn get(
        &self,
        key: &Hashed<Key>,
        now: Instant,
        max_age: Duration,
    ) -> Option<Found<T>> {
        let entry = self.entries.get(key)?;
        (entry.found.age(now) <= max_age).then(|| entry.found.clone())
    }

    /// Keeps `found`, unless it is too heavy, or a younger one is there.
    pub(super) fn put(
        &mut self,
        key: Hashed<Key>,
        found: Found<T>,
        weight: u64,
        now: Instant,
        bounds: Bounds,
    ) -> Vec<Out<Key, T>> {
        let is_late = self.entries.get(&key).is_some_and(|old| old.found.at > found.at);
        if is_late || weight > bounds.max_weight {
            return vec![Out { _keys: [Some(key), None], _kept: found.kept }];
        }
        self.number += 1;
        let rank = (found.at, self.number);
        // Keys are compared here and not after: a panic of theirs leaves all as it was.
        let old = self.entries.insert(key.clone(), Entry { found, weight, number: self.number });
        self.weight = self.weight.saturating_add(weight);
        let mut gone: Vec<_> = old.map(|old| self.forget(None, old)).into_iter().collect();
        self.order.insert(rank, key);
        gone.append(&mut self.trim(now, bounds));
        gone
    }

    /// Lets go what is too old at `now`, and the oldest while there is too much.
    pub(super) fn trim(&mut self, now: Instant, bounds: Bounds) -> Vec<Out<Key, T>> {
        let mut gone = Vec::new();
        while let Some((&(at, _), key)) = self.order.first_key_value() {
            let is_old = now.saturating_duration_since(at) > bounds.max_age;
            let is_crowded =
                self.entries.len() > bounds.max_entries || self.weight > bounds.max_weight;
            if !is_old && !is_crowded {
                break;
            }
            self.gone.old += u64::from(is_old);
            self.gone.crowded += u64::from(!is_old);
            let key = key.clone();
            gone.extend(self.remove(&key));
        }
        gone
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) -> Vec<Out<Key, T>> {
        let keys: Vec<_> = self.order.values().cloned().collect();
        keys.iter().filter_map(|key| self.remove(key)).collect()
    }

    fn remove(&mut self, key: &Hashed<Key>) -> Option<Out<Key, T>> {
        let (key, entry) = self.entries.remove_entry(key)?;
        Some(self.forget(Some(key), entry))
    }

    /// The `entry` is not among the others any more.
    fn forget(&mut self, key: Option<Hashed<Key>>, entry: Entry<T>) -> Out<Key, T> {
        let ranked = self.order.remove(&(entry.found.at, entry.number));
        self.weight = self.weight.saturating_sub(entry.weight);
        Out { _keys: [key, ranked], _kept: entry.found.kept }
    }
}

impl<Key, T> Shelf<Key, T> {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) const fn weight(&self) -> u64 {
        self.weight
    }

    pub(super) const fn gone(&self) -> Gone {
        self.gone
    }
}
