//! The last calls, all in one ring.

use ms_core::sync::{AtomicU32, AtomicU64, Ordering};

use super::config::MAX_CALLS;
use super::counts::{Counts, Seen};

/// The last calls, one number each, in a ring that really slides.
#[derive(Debug)]
pub(super) struct CallWindow {
    length: AtomicU32,
    next: AtomicU32,
    /// The generation and what the slots of it hold, so that one change tells all.
    sums: AtomicU64,
    slots: Box<[AtomicU32]>,
}

/// What a slot holds, below the lower bits of the generation.
const TAKEN: u32 = 1;
const FAILED: u32 = 2;
const SLOW: u32 = 4;
const SLOT_BITS: u32 = 3;
const SLOT_GENERATION: u32 = u32::MAX >> SLOT_BITS;
/// The sums: three times thirteen bits below the generation.
const SUM_BITS: u32 = 13;
const SUM: u64 = (1 << SUM_BITS) - 1;
const GENERATION_BITS: u32 = 64 - 3 * SUM_BITS;
/// What stands for none. A call that replaces another may be quicker than that other is at adding
/// itself; so a sum can be below none for a moment.
const NONE: u64 = 2048;
const EMPTY: u64 = NONE | NONE << SUM_BITS | NONE << (2 * SUM_BITS);

impl CallWindow {
    pub(super) fn new(length: u32) -> Self {
        Self {
            length: AtomicU32::new(length),
            next: AtomicU32::new(0),
            sums: AtomicU64::new(EMPTY),
            slots: (0..MAX_CALLS).map(|_| AtomicU32::new(0)).collect(),
        }
    }

    /// One more outcome of `generation`; what the window holds then, unless a newer generation has
    /// begun.
    #[inline]
    pub(super) fn record(&self, generation: u64, seen: Seen) -> Option<Held> {
        if self.is_past(generation) {
            return None;
        }
        let length = self.length.load(Ordering::Relaxed).max(1);
        let place = self.next.fetch_add(1, Ordering::Relaxed) % length;
        let place = &self.slots[place as usize];
        let slot = TAKEN
            | if seen.failed { FAILED } else { 0 }
            | if seen.slow { SLOW } else { 0 }
            | (truncated(generation) << SLOT_BITS);
        if place.load(Ordering::Relaxed) == slot {
            // It replaces its like, as a success does in healthy days: nothing changes.
            return Some(Held(self.sums.load(Ordering::Relaxed)));
        }
        self.put(place, generation, slot)
    }

    #[inline(never)]
    fn put(&self, place: &AtomicU32, generation: u64, slot: u32) -> Option<Held> {
        // A slot that a newer generation has taken since is left alone.
        let put = |have: u32| {
            let ahead = (have >> SLOT_BITS).wrapping_sub(slot >> SLOT_BITS) & SLOT_GENERATION;
            (ahead == 0 || ahead > SLOT_GENERATION / 2).then_some(slot)
        };
        let before = place.fetch_update(Ordering::Relaxed, Ordering::Relaxed, put).ok()?;
        let before = if before >> SLOT_BITS == slot >> SLOT_BITS { before } else { 0 };
        self.change(generation, before, slot)
    }

    #[inline]
    fn is_past(&self, generation: u64) -> bool {
        is_past(generation, self.sums.load(Ordering::Relaxed))
    }

    /// What `generation` holds.
    pub(super) fn read(&self, generation: u64) -> Counts {
        let sums = self.sums.load(Ordering::Relaxed);
        if sums >> (3 * SUM_BITS) == tag(generation) {
            Held(sums).counts()
        } else {
            Counts::default()
        }
    }

    /// A window of another length starts empty, with the next generation.
    pub(super) fn resize(&self, length: u32) {
        self.length.store(length, Ordering::Relaxed);
    }

    fn change(&self, generation: u64, before: u32, after: u32) -> Option<Held> {
        let mut sums = self.sums.load(Ordering::Relaxed);
        loop {
            if is_past(generation, sums) {
                return None;
            }
            let is_same = sums >> (3 * SUM_BITS) == tag(generation);
            let base = if is_same { sums } else { tag(generation) << (3 * SUM_BITS) | EMPTY };
            let next = base.wrapping_add(weight(after)).wrapping_sub(weight(before));
            match self.sums.compare_exchange_weak(sums, next, Ordering::Relaxed, Ordering::Relaxed)
            {
                Ok(_) => return Some(Held(next)),
                Err(now) => sums = now,
            }
        }
    }
}

/// Whether `sums` are of a newer generation.
const fn is_past(generation: u64, sums: u64) -> bool {
    let ahead = tag(generation.wrapping_sub(sums >> (3 * SUM_BITS)));
    ahead >= 1 << (GENERATION_BITS - 1)
}

const fn tag(generation: u64) -> u64 {
    generation & ((1 << GENERATION_BITS) - 1)
}

#[allow(clippy::cast_possible_truncation, reason = "the lower bits are meant")]
const fn truncated(generation: u64) -> u32 {
    (generation as u32) & SLOT_GENERATION
}

/// What a slot adds to the sums.
const fn weight(slot: u32) -> u64 {
    let taken = (slot & TAKEN) as u64;
    let failed = ((slot & FAILED) >> 1) as u64;
    let slow = ((slot & SLOW) >> 2) as u64;
    taken | failed << SUM_BITS | slow << (2 * SUM_BITS)
}

/// What a window of calls holds, packed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held(u64);

impl Held {
    /// How many calls.
    #[inline]
    pub(super) const fn calls(self) -> u64 {
        self.sum(0)
    }

    pub(super) const fn counts(self) -> Counts {
        Counts { calls: self.sum(0), failures: self.sum(1), slow: self.sum(2) }
    }

    const fn sum(self, place: u32) -> u64 {
        ((self.0 >> (place * SUM_BITS)) & SUM).saturating_sub(NONE)
    }
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    fn sum(outcomes: impl Iterator<Item = Seen>) -> Counts {
        outcomes.map(Counts::from).sum()
    }

    fn seen() -> impl Strategy<Value = Seen> {
        (any::<bool>(), any::<bool>()).prop_map(|(failed, slow)| Seen { failed, slow })
    }

    proptest! {
        #[test]
        fn s_cb_1_the_last_calls_are_counted_and_no_others(
            length in 1_u32..=40,
            outcomes in prop::collection::vec((seen(), prop::bool::weighted(0.02)), 1..200),
        ) {
            let window = CallWindow::new(length);
            let (mut generation, mut model) = (1, VecDeque::new());
            for (seen, turns) in outcomes {
                if turns {
                    generation += 1;
                    model.clear();
                }
                model.push_back(seen);
                if model.len() > length as usize {
                    model.pop_front();
                }
                let held = window.record(generation, seen);
                prop_assert_eq!(held.map(Held::counts), Some(sum(model.iter().copied())));
                prop_assert!(window.record(generation - 1, seen).is_none());
            }
        }
    }

    #[test]
    fn s_cb_1_after_any_number_of_successes_a_window_of_failures_is_full_of_them() {
        let window = CallWindow::new(10);
        let outcome = |failed| Seen { failed, slow: false };
        for _ in 0..100_000 {
            window.record(1, outcome(false));
        }
        for _ in 0..10 {
            window.record(1, outcome(true));
        }
        assert_eq!(window.read(1), Counts { calls: 10, failures: 10, slow: 0 });
    }
}
