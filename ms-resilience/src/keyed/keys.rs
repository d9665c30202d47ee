//! Values by key, shared by threads: a bounded number of them.

use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;
use std::thread::available_parallelism;

use ms_core::clock::Instant;
use ms_core::lease::Counter;
use ms_core::sync::{AtomicU32, AtomicUsize, Ordering, RwLock, fence, read, write};

use super::ages::Ages;
use super::config::KeysConfig;
use super::member::Stay;
use super::table::{Slot, Table};

/// More shards than this only cost memory. A power of two.
const MAX_SHARDS: usize = 64;

/// A shard of fewer keys than this is not worth its lock.
const KEYS_PER_SHARD: usize = 64;

/// What is kept for a key says when it may be forgotten.
pub(super) trait Kept {
    fn stay(&self) -> Stay;
}

/// A bounded map, in shards with a lock each.
///
/// A key that is known takes the shared lock of its shard, and neither allocates nor looks at the
/// clock. Values are made, dropped and told nothing while no lock is held.
pub(super) struct Keys<K, V, S = RandomState> {
    shards: Box<[Shard<K, V>]>,
    hasher: S,
    ages: Ages,
    /// How many there are and are about to be: at most as many as may be.
    taken: AtomicUsize,
    most: AtomicUsize,
    /// In which shard the hand is.
    hand: AtomicUsize,
    born: AtomicU32,
    idle: Counter,
    full: Counter,
}

/// On cache lines of its own.
#[repr(align(128))]
struct Shard<K, V>(RwLock<Table<K, Arc<V>>>);

/// What is there for a key that was not.
#[derive(Debug)]
pub(super) enum Entry<V> {
    New(Arc<V>),
    /// Somebody else was faster.
    Old(Arc<V>),
    NoRoom,
}

impl<K: Hash + Eq, V: Kept> Keys<K, V> {
    pub(super) fn new(config: &KeysConfig, now: Instant) -> Self {
        let processors = available_parallelism().map_or(1, usize::from);
        let shards = shards(processors, config.max_keys as usize);
        Self::with(config, now, shards, RandomState::new())
    }
}

impl<K: Hash + Eq, V: Kept, S: BuildHasher> Keys<K, V, S> {
    pub(super) fn with(config: &KeysConfig, now: Instant, shards: usize, hasher: S) -> Self {
        Self {
            shards: (0..shards).map(|_| Shard(RwLock::new(Table::new()))).collect(),
            hasher,
            ages: Ages::new(now, config.idle),
            taken: AtomicUsize::new(0),
            most: AtomicUsize::new(config.max_keys as usize),
            hand: AtomicUsize::new(0),
            born: AtomicU32::new(0),
            idle: Counter::default(),
            full: Counter::default(),
        }
    }

    /// What is there for `key`, which is used now.
    #[inline]
    pub(super) fn find(&self, key: &K) -> Option<Arc<V>> {
        let (shard, hash) = self.place(key);
        let table = read(&shard.0);
        let slot = table.find(hash, key)?;
        slot.touch(self.ages.mark());
        Some(Arc::clone(&slot.value))
    }

    /// What is there for `key`; to look at it is not to use it.
    pub(super) fn peek(&self, key: &K) -> Option<Arc<V>> {
        let (shard, hash) = self.place(key);
        read(&shard.0).find(hash, key).map(|slot| Arc::clone(&slot.value))
    }

    /// Keeps what `make` makes for a `key` that was not there, if there is room or somebody may
    /// go. One value for one key, however many come with it at once.
    pub(super) fn insert(&self, key: K, now: Instant, make: impl FnOnce(&K) -> V) -> Entry<V> {
        self.sweep(now);
        let Some(room) = self.room(now) else { return Entry::NoRoom };
        let value = Arc::new(make(&key));
        let (shard, hash) = self.place(&key);
        let mut table = write(&shard.0);
        if let Some(slot) = table.find(hash, &key) {
            let old = Arc::clone(&slot.value);
            drop(table);
            return Entry::Old(old);
        }
        table.insert(hash, key, Arc::clone(&value), self.ages.mark(), self.birth());
        room.keep();
        Entry::New(value)
    }

    /// Forgets who was idle for a whole age, if an age is over.
    pub(super) fn sweep(&self, now: Instant) {
        let Some(mark) = self.ages.turn(now) else { return };
        for shard in &self.shards {
            let may_go = |value: &Arc<V>| value.stay() != Stay::Always;
            let gone = write(&shard.0).sweep(mark, is_held, may_go);
            self.taken.fetch_sub(gone.len(), Ordering::Relaxed);
            gone.iter().for_each(|_| self.idle.count());
        }
    }

    /// All values, each behind its number: the eldest has the lowest.
    pub(super) fn values(&self) -> Vec<(u32, Arc<V>)> {
        let mut all = Vec::with_capacity(self.len());
        for shard in &self.shards {
            let table = read(&shard.0);
            all.extend(table.iter().map(|(birth, slot)| (birth, Arc::clone(&slot.value))));
        }
        all
    }

    /// All keys with their values, the eldest first.
    pub(super) fn entries(&self) -> Vec<(K, Arc<V>)>
    where
        K: Clone,
    {
        let mut all = Vec::with_capacity(self.len());
        for shard in &self.shards {
            let table = read(&shard.0);
            let entry = |slot: &Slot<K, Arc<V>>| (slot.key.clone(), Arc::clone(&slot.value));
            all.extend(table.iter().map(|(birth, slot)| (birth, entry(slot))));
        }
        all.sort_by_key(|(birth, _)| *birth);
        all.into_iter().map(|(_, entry)| entry).collect()
    }

    /// The number of the next who is born.
    pub(super) fn birth(&self) -> u32 {
        self.born.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn len(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    pub(super) fn config(&self) -> KeysConfig {
        let max_keys = u32::try_from(self.most.load(Ordering::Relaxed)).unwrap_or(u32::MAX);
        KeysConfig { max_keys, idle: self.ages.idle() }
    }

    /// Other bounds. If fewer may be kept, whoever may go does; the rest follows as it can.
    pub(super) fn reconfigure(&self, config: &KeysConfig, now: Instant) {
        self.ages.set_idle(now, config.idle);
        self.most.store(config.max_keys as usize, Ordering::Relaxed);
        while self.is_too_full() && self.evict().is_some() {}
    }

    /// How many were forgotten since they were idle, and since there was no room.
    pub(super) fn evicted(&self) -> (u64, u64) {
        (self.idle.get(), self.full.get())
    }

    /// Room for one more, which is made if there is none.
    fn room(&self, now: Instant) -> Option<Room<'_>> {
        let most = self.most.load(Ordering::Relaxed);
        let more = |taken: usize| (taken < most).then_some(taken + 1);
        if self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok() {
            return Some(Room { taken: &self.taken });
        }
        if !self.ages.may_search(now) {
            return None;
        }
        while let Some(room) = self.evict() {
            if !self.is_too_full() {
                return Some(room);
            }
        }
        self.ages.rest(now, most);
        None
    }

    fn is_too_full(&self) -> bool {
        self.len() > self.most.load(Ordering::Relaxed)
    }

    /// The room of one that nobody holds and that may go: one that was not used since the hand
    /// last went by, as it goes round all shards.
    fn evict(&self) -> Option<Room<'_>> {
        // Once round to find all of them used, once more to find one.
        for _ in 0..=2 * self.shards.len() {
            let hand = self.hand.load(Ordering::Relaxed);
            let may_go = |value: &Arc<V>| !is_held(value) && value.stay() == Stay::WhileRoom;
            let gone = write(&self.shard(hand).0).go_round(may_go);
            if gone.is_some() {
                self.full.count();
                let room = Room { taken: &self.taken };
                drop(gone);
                return Some(room);
            }
            let next = hand.wrapping_add(1);
            let _ = self.hand.compare_exchange(hand, next, Ordering::Relaxed, Ordering::Relaxed);
        }
        None
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "each half of a hash is one")]
    fn place(&self, key: &K) -> (&Shard<K, V>, u32) {
        let hash = self.hasher.hash_one(key);
        (self.shard(hash as usize), (hash >> 32) as u32)
    }

    #[inline]
    fn shard(&self, number: usize) -> &Shard<K, V> {
        // There is a power of two of them.
        &self.shards[number & (self.shards.len() - 1)]
    }
}

impl<K, V, S> fmt::Debug for Keys<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("taken", &self.taken).field("most", &self.most).finish()
    }
}

/// Whether anybody has it but the table, whose lock is held: then nobody can get it meanwhile.
fn is_held<V>(value: &Arc<V>) -> bool {
    let is_held = Arc::strong_count(value) > 1;
    // What the last holder did to it is seen by whoever asks it now.
    fence(Ordering::Acquire);
    is_held
}

/// Room for one key, given back unless it is kept.
struct Room<'a> {
    taken: &'a AtomicUsize,
}

impl Room<'_> {
    fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        self.taken.fetch_sub(1, Ordering::Relaxed);
    }
}

/// As many as threads may want at once, unless there are too few keys: a power of two.
fn shards(processors: usize, keys: usize) -> usize {
    let wanted = (4 * processors).next_power_of_two().min(MAX_SHARDS);
    let worth = (keys / KEYS_PER_SHARD).max(1);
    wanted.min(1 << worth.ilog2())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_few_shards_for_few_keys_and_never_too_many() {
        let counts = [(1, 1), (1, 1000), (2, 1000), (8, 1000), (8, 5000), (500, 1_000_000)];
        let shards = counts.map(|(processors, keys)| shards(processors, keys));
        assert_eq!(shards, [1, 4, 8, 8, 32, MAX_SHARDS]);
    }
}
