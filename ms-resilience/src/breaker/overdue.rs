//! Calls that are under way and already slow.

use super::count::{Counted, Stamp, StampedCount, StampedSum};

/// How many ticks the slow threshold has: a call is found to be slow at most so much of it late.
pub(super) const TICKS: u64 = 8;

/// How many ticks have a place of their own; what began before is ancient.
const PLACES: u64 = 16;

/// The calls of one stripe that somebody waits for, by the tick in which the waiting began.
///
/// A call that began so long ago that its place is needed again is ancient from then on.
#[derive(Debug, Default)]
pub(super) struct Overdue {
    places: [StampedCount; 16],
    ancient: StampedSum,
}

impl Overdue {
    /// A call of `generation` begins to wait in `tick`.
    pub(super) fn begin(&self, generation: u64, tick: u64) -> Counted {
        let counted = self.place(tick).count(Stamp::new(generation, tick));
        if let Counted::First { left: left @ 1.. } = counted {
            self.ancient.add(generation, left.cast_signed());
        }
        counted
    }

    /// The call of `generation` that began to wait in `tick` is over.
    pub(super) fn end(&self, generation: u64, tick: u64) {
        if !self.place(tick).uncount(Stamp::new(generation, tick)) {
            self.ancient.add(generation, -1);
        }
    }

    /// How many calls of `generation` wait at `tick` for longer than the threshold.
    pub(super) fn read(&self, generation: u64, tick: u64) -> u64 {
        let overdue = |place: &StampedCount| {
            let (stamp, count) = place.peek();
            // What lies ahead of `tick` began while we look.
            let age = stamp.age(tick);
            let is_overdue =
                stamp.is_of(generation) && age > TICKS && age < u64::from(u32::MAX) >> 9;
            if is_overdue { count } else { 0 }
        };
        self.places.iter().map(overdue).sum::<u64>() + self.ancient.get(generation)
    }

    fn place(&self, tick: u64) -> &StampedCount {
        #[allow(clippy::cast_possible_truncation, reason = "below sixteen")]
        let index = (tick % PLACES) as usize;
        &self.places[index]
    }
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Against a model that remembers every call that is under way.
        #[test]
        fn s_cb_8_who_waits_for_longer_than_the_threshold_is_overdue_until_the_end(
            steps in prop::collection::vec((0_u64..6, any::<bool>(), any::<u8>()), 1..300),
        ) {
            let overdue = Overdue::default();
            let (mut tick, mut under_way) = (100, Vec::new());
            for (pause, begins, which) in steps {
                tick += pause;
                if begins {
                    overdue.begin(3, tick);
                    under_way.push(tick);
                } else if !under_way.is_empty() {
                    overdue.end(3, under_way.swap_remove(usize::from(which) % under_way.len()));
                }
                let late = under_way.iter().filter(|&&began| tick - began > TICKS).count();
                prop_assert_eq!(overdue.read(3, tick), late as u64);
                prop_assert_eq!(overdue.read(4, tick), 0);
            }
        }
    }

    #[test]
    fn s_6_calls_of_an_older_generation_are_not_overdue_in_a_newer_one() {
        let overdue = Overdue::default();
        overdue.begin(1, 0);
        overdue.begin(2, 100);
        overdue.end(1, 0);
        assert_eq!((overdue.read(2, 105), overdue.read(2, 120)), (0, 1));
    }
}
