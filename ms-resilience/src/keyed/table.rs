//! A hash table whose slots a hand can go round, as that of a clock.

use std::mem::take;

use ms_core::sync::{AtomicU32, Ordering};

use super::ages::Mark;

/// How many homes the first entry finds.
const FIRST: usize = 8;

/// Keys by their hash: an entry stands in the slot where it is at home by its hash, or behind that
/// in a row without gaps, which may go on beyond the last home.
///
/// That of `std` cannot be gone round from where one stopped. No key is hashed in here, so the
/// table is whole whatever the code of a key does: only `==` is called, while nothing is half done.
#[derive(Debug)]
pub(super) struct Table<K, T> {
    slots: Vec<Option<Slot<K, T>>>,
    /// The number of the entry in each slot, by age. Apart, so that looking up does not touch it.
    births: Vec<u32>,
    homes: usize,
    len: usize,
    hand: usize,
}

/// A key, its value, and when it was last used.
#[derive(Debug)]
pub(super) struct Slot<K, T> {
    pub(super) key: K,
    pub(super) value: T,
    mark: AtomicU32,
    hash: u32,
}

impl<K, T> Slot<K, T> {
    /// Is used. What many write to is only written to when it changes.
    #[inline]
    pub(super) fn touch(&self, mark: Mark) {
        if self.mark() != mark {
            self.mark.store(mark.word(), Ordering::Relaxed);
        }
    }

    #[inline]
    fn mark(&self) -> Mark {
        Mark::from_word(self.mark.load(Ordering::Relaxed))
    }
}

impl<K, T> Table<K, T> {
    pub(super) const fn new() -> Self {
        Self { slots: Vec::new(), births: Vec::new(), homes: 0, len: 0, hand: 0 }
    }

    /// Each entry, behind its number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Slot<K, T>)> {
        let slots = self.births.iter().zip(&self.slots);
        slots.filter_map(|(birth, slot)| slot.as_ref().map(|slot| (*birth, slot)))
    }

    #[inline]
    pub(super) fn find(&self, hash: u32, key: &K) -> Option<&Slot<K, T>>
    where
        K: Eq,
    {
        let row = self.slots.get(home(hash, self.homes)..)?.iter().map_while(Option::as_ref);
        row.into_iter().find(|slot| slot.hash == hash && slot.key == *key)
    }

    /// Adds a key that is not there.
    pub(super) fn insert(&mut self, hash: u32, key: K, value: T, mark: Mark, birth: u32) {
        if self.is_full() {
            self.resize(self.homes + (self.homes / 4).max(FIRST));
        }
        let slot = Slot { key, value, mark: AtomicU32::new(mark.word()), hash };
        self.put(slot, birth);
        self.len += 1;
    }

    /// The hand goes on until it finds one that `may_go` and was not used since it last went by.
    /// Nobody, once it has come round.
    pub(super) fn go_round(&mut self, may_go: impl Fn(&T) -> bool) -> Option<Slot<K, T>> {
        while let Some(slot) = self.slots.get(self.hand) {
            if let Some(slot) = slot.as_ref().filter(|slot| may_go(&slot.value)) {
                if !slot.mark().is_fresh() {
                    return self.remove(self.hand);
                }
                slot.touch(slot.mark().passed());
            }
            self.hand += 1;
        }
        self.hand = 0;
        None
    }

    /// All that were idle for a whole age at `now` and `may_go`. Who is held counts as used.
    pub(super) fn sweep(
        &mut self,
        now: Mark,
        is_held: impl Fn(&T) -> bool,
        may_go: impl Fn(&T) -> bool,
    ) -> Vec<Slot<K, T>> {
        let mut gone = Vec::new();
        let mut at = 0;
        while let Some(slot) = self.slots.get(at) {
            let held = slot.as_ref().is_some_and(|slot| is_held(&slot.value));
            match slot {
                Some(slot) if held => slot.touch(now),
                Some(slot) if slot.mark().is_idle(now) && may_go(&slot.value) => {
                    gone.extend(self.remove(at));
                    // Another one may stand here now.
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        if self.len < self.homes / 4 {
            self.resize(self.len * 3 / 2 + FIRST);
        }
        gone
    }

    /// There are three entries for four homes.
    const fn is_full(&self) -> bool {
        self.len >= self.homes / 4 * 3
    }

    fn remove(&mut self, at: usize) -> Option<Slot<K, T>> {
        let gone = self.slots.get_mut(at)?.take()?;
        self.len -= 1;
        self.close_up(at);
        Some(gone)
    }

    /// Leaves no gap at `hole` before entries that are not at home behind it.
    fn close_up(&mut self, mut hole: usize) {
        let mut at = hole + 1;
        while let Some(Some(slot)) = self.slots.get(at) {
            if home(slot.hash, self.homes) <= hole {
                self.slots.swap(hole, at);
                self.births.swap(hole, at);
                hole = at;
            }
            at += 1;
        }
    }

    fn resize(&mut self, homes: usize) {
        self.homes = homes;
        let (slots, births) = (take(&mut self.slots), take(&mut self.births));
        // Rows that go on beyond the last home are short.
        let room = homes + homes / 32 + 1;
        self.slots.reserve_exact(room);
        self.births.reserve_exact(room);
        self.extend(homes);
        for (slot, birth) in slots.into_iter().zip(births) {
            slot.into_iter().for_each(|slot| self.put(slot, birth));
        }
    }

    fn put(&mut self, slot: Slot<K, T>, birth: u32) {
        let home = home(slot.hash, self.homes);
        let row = self.slots.iter().skip(home).take_while(|slot| slot.is_some()).count();
        if home + row == self.slots.len() {
            self.extend(self.slots.len() + 1);
        }
        self.slots[home + row] = Some(slot);
        self.births[home + row] = birth;
    }

    fn extend(&mut self, slots: usize) {
        self.slots.resize_with(slots, || None);
        self.births.resize(slots, 0);
    }
}

/// Where an entry of this hash is at home, among any number of homes.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "it is less than `homes`")]
const fn home(hash: u32, homes: usize) -> usize {
    ((hash as u64 * homes as u64) >> 32) as usize
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use std::hash::BuildHasher;
    use std::sync::Arc;

    use super::*;
    use std::hash::RandomState;

    type Tested = Table<u64, Arc<()>>;

    /// The counts before a value that is shared.
    const COUNTS: usize = 2 * size_of::<usize>();

    fn bytes(table: &Tested) -> usize {
        table.slots.capacity() * size_of::<Option<Slot<u64, Arc<()>>>>()
            + table.births.capacity() * size_of::<u32>()
            + table.len * COUNTS
    }

    #[test]
    fn s_17_a_key_costs_some_sixty_bytes_and_never_much_more() {
        let (seed, mut table) = (RandomState::new(), Tested::new());
        let (mut sum, mut most) = (0, 0);
        for key in 0..10_000 {
            let hash = (seed.hash_one(key) >> 32) as u32;
            table.insert(hash, key, Arc::default(), Mark::FIRST, 0);
            if key >= 100 {
                let each = bytes(&table) / table.len;
                (sum, most) = (sum + each, most.max(each));
            }
        }
        assert!(sum / 9_900 <= 58 && most <= 68, "{} bytes, {most} at most", sum / 9_900);
    }

    #[test]
    fn s_17_a_table_gives_back_what_it_does_not_need_after_a_sweep() {
        let (seed, mut table) = (RandomState::new(), Tested::new());
        for key in 0..10_000 {
            let hash = (seed.hash_one(key) >> 32) as u32;
            table.insert(hash, key, Arc::default(), Mark::FIRST, 0);
        }
        let gone = table.sweep(Mark::FIRST.later(2), |_| false, |_| true);
        assert_eq!((gone.len(), table.len), (10_000, 0));
        assert!(bytes(&table) < 1000);
    }
}
