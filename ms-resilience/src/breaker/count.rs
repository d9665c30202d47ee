//! A count that belongs to one generation and one moment, in one atomic.

use ms_core::sync::{AtomicU64, Ordering};

const COUNT_BITS: u32 = 24;
const TICK_BITS: u32 = 24;
const COUNT: u64 = (1 << COUNT_BITS) - 1;
const TICK: u64 = (1 << TICK_BITS) - 1;

/// How far behind a straggler may be; what is further behind is so old that its bits have wrapped.
const LATE_TICKS: u64 = 1 << 10;
const LATE_GENERATIONS: u64 = 1 << 8;

/// Which generation of the circuit, and which tick of its clock, a count belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp(u64);

impl Stamp {
    /// The lower bits of both: what is 65,536 generations or 16 million ticks apart looks alike.
    pub(super) const fn new(generation: u64, tick: u64) -> Self {
        Self(((generation & 0xFFFF) << TICK_BITS) | (tick & TICK))
    }

    /// Whether it is of the generation.
    pub(super) const fn is_of(self, generation: u64) -> bool {
        self.0 >> TICK_BITS == generation & 0xFFFF
    }

    /// How many ticks before `tick` of the same generation it lies.
    pub(super) const fn age(self, tick: u64) -> u64 {
        tick.wrapping_sub(self.0) & TICK
    }

    const fn is_generation_of(self, other: Self) -> bool {
        self.0 >> TICK_BITS == other.0 >> TICK_BITS
    }

    /// Whether it is of an older generation, or an older tick of the same.
    const fn is_before(self, other: Self) -> bool {
        let generations = (other.0 >> TICK_BITS).wrapping_sub(self.0 >> TICK_BITS) & 0xFFFF;
        let ticks = other.0.wrapping_sub(self.0) & TICK;
        if generations == 0 {
            ticks != 0 && ticks <= LATE_TICKS
        } else {
            generations < LATE_GENERATIONS
        }
    }
}

/// What became of one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    /// It is the first of its stamp; an older tick of its generation left so many behind.
    First { left: u64 },
    /// It is one of several.
    Further,
    /// Its stamp is past, so it was not counted.
    TooLate,
}

/// A count with its stamp. Whoever comes with a newer stamp starts it anew; whoever comes with an
/// older one is turned away. So nothing has to be cleared, and no straggler of an older generation
/// is ever counted in a newer one.
#[derive(Debug, Default)]
pub(super) struct StampedCount(AtomicU64);

impl StampedCount {
    /// One more of `stamp`.
    #[inline]
    pub(super) fn count(&self, stamp: Stamp) -> Counted {
        let mut seen = self.0.load(Ordering::Relaxed);
        loop {
            let have = Stamp(seen >> COUNT_BITS);
            let is_new = have != stamp;
            if is_new && stamp.is_before(have) {
                return Counted::TooLate;
            }
            let count = if is_new { 1 } else { ((seen & COUNT) + 1).min(COUNT) };
            let next = (stamp.0 << COUNT_BITS) | count;
            match self.0.compare_exchange_weak(seen, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) if is_new => {
                    let left = if have.is_generation_of(stamp) { seen & COUNT } else { 0 };
                    return Counted::First { left };
                }
                Ok(_) => return Counted::Further,
                Err(now) => seen = now,
            }
        }
    }

    /// One less of `stamp`. Says whether there was one.
    pub(super) fn uncount(&self, stamp: Stamp) -> bool {
        let less = |seen: u64| {
            let is_there = Stamp(seen >> COUNT_BITS) == stamp && seen & COUNT > 0;
            is_there.then(|| seen - 1)
        };
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }

    /// How many, of whichever stamp.
    pub(super) fn peek(&self) -> (Stamp, u64) {
        let seen = self.0.load(Ordering::Relaxed);
        (Stamp(seen >> COUNT_BITS), seen & COUNT)
    }

    /// How many of `stamp`.
    pub(super) fn get(&self, stamp: Stamp) -> u64 {
        let seen = self.0.load(Ordering::Relaxed);
        if Stamp(seen >> COUNT_BITS) == stamp { seen & COUNT } else { 0 }
    }
}

/// A sum that belongs to one generation.
///
/// Who takes away may be quicker than who adds: so it can be below none for a moment.
#[derive(Debug)]
pub(super) struct StampedSum(AtomicU64);

const SUM_BITS: u32 = 48;
const SUM: u64 = (1 << SUM_BITS) - 1;
const NONE: u64 = 1 << 40;

impl StampedSum {
    /// `amount` more of `generation`, which may be less than none. A newer generation starts
    /// anew; an older one is turned away.
    pub(super) fn add(&self, generation: u64, amount: i64) {
        let tag = generation & 0xFFFF;
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |seen| {
            let ahead = tag.wrapping_sub(seen >> SUM_BITS) & 0xFFFF;
            let sum = if ahead == 0 { seen & SUM } else { NONE };
            (ahead < 0x8000).then(|| tag << SUM_BITS | sum.wrapping_add_signed(amount) & SUM)
        });
    }

    /// The sum of `generation`.
    pub(super) fn get(&self, generation: u64) -> u64 {
        let seen = self.0.load(Ordering::Relaxed);
        let is_it = seen >> SUM_BITS == generation & 0xFFFF;
        if is_it { (seen & SUM).saturating_sub(NONE) } else { 0 }
    }
}

impl Default for StampedSum {
    fn default() -> Self {
        Self(AtomicU64::new(NONE))
    }
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_newer_tick_starts_anew() {
        let count = StampedCount::default();
        assert_eq!(count.count(Stamp::new(1, 1)), Counted::First { left: 0 });
        assert_eq!(count.count(Stamp::new(1, 1)), Counted::Further);
        assert_eq!(count.count(Stamp::new(1, 2)), Counted::First { left: 2 });
        assert_eq!(count.count(Stamp::new(1, 1)), Counted::TooLate);
        assert_eq!((count.get(Stamp::new(1, 1)), count.get(Stamp::new(1, 2))), (0, 1));
    }

    #[test]
    fn s_6_what_an_older_generation_left_behind_is_forgotten() {
        let count = StampedCount::default();
        count.count(Stamp::new(1, 1));
        assert_eq!(count.count(Stamp::new(2, 1)), Counted::First { left: 0 });
    }

    #[test]
    fn one_less_is_taken_from_its_stamp_only_and_not_from_none() {
        let count = StampedCount::default();
        count.count(Stamp::new(1, 1));
        assert!(!count.uncount(Stamp::new(1, 2)));
        assert!(count.uncount(Stamp::new(1, 1)));
        assert!(!count.uncount(Stamp::new(1, 1)));
        assert_eq!(count.get(Stamp::new(1, 1)), 0);
    }

    #[test]
    fn s_6_a_sum_takes_part_of_no_older_generation() {
        let sum = StampedSum::default();
        sum.add(7, 5);
        sum.add(7, -2);
        assert_eq!((sum.get(7), sum.get(8)), (3, 0));
        sum.add(8, 4);
        sum.add(7, 9);
        assert_eq!((sum.get(7), sum.get(8)), (0, 4));
        sum.add(8, -6);
        assert_eq!(sum.get(8), 0);
        sum.add(8, 3);
        assert_eq!(sum.get(8), 1);
    }

    #[test]
    fn s_6_a_straggler_of_an_older_generation_is_turned_away() {
        let count = StampedCount::default();
        count.count(Stamp::new(0x1_0000, 7));
        count.count(Stamp::new(0xFFFF, 7));
        assert_eq!(count.get(Stamp::new(0x1_0000, 7)), 1);
    }
}

#[cfg(all(test, ms_loom))]
mod loom_tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn loom_no_count_is_lost_and_none_gets_into_a_newer_generation() {
        loom::model(|| {
            let count = Arc::new(StampedCount::default());
            let threads = [Stamp::new(1, 5), Stamp::new(2, 5)].map(|stamp| {
                let count = Arc::clone(&count);
                loom::thread::spawn(move || {
                    count.count(stamp);
                })
            });
            count.count(Stamp::new(2, 5));
            for thread in threads {
                thread.join().unwrap();
            }
            assert_eq!(count.get(Stamp::new(2, 5)), 2);
        });
    }
}
