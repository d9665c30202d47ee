//! What one stripe saw lately.

use ms_core::sync::OnceLock;

use super::count::{Counted, Stamp, StampedCount};
use super::counts::{Counts, Seen};

/// Into how many buckets a window of time is cut.
pub(super) const BUCKETS: u64 = 10;

/// What one stripe saw in a window of time.
#[derive(Debug, Default)]
pub(super) struct TimeWindow {
    calls: [StampedCount; 10],
    /// From the first bad one on.
    bad: OnceLock<Box<[Bad; 10]>>,
}

/// What was seen in one tick.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    calls: StampedCount,
    bad: Bad,
}

/// The bad ones among the calls of one tick.
#[derive(Debug, Default)]
struct Bad {
    failures: StampedCount,
    slow: StampedCount,
}

impl Bucket {
    /// One more outcome.
    pub(super) fn record(&self, stamp: Stamp, seen: Seen) {
        self.bad.record(stamp, seen);
        self.calls.count(stamp);
    }

    pub(super) fn read(&self, stamp: Stamp) -> Counts {
        self.bad.among(self.calls.get(stamp), stamp)
    }
}

impl Bad {
    fn record(&self, stamp: Stamp, seen: Seen) {
        if seen.failed {
            self.failures.count(stamp);
        }
        if seen.slow {
            self.slow.count(stamp);
        }
    }

    fn among(&self, calls: u64, stamp: Stamp) -> Counts {
        // No more than the calls: a quicker thread may have begun to turn the bucket.
        let of_them = |count: &StampedCount| count.get(stamp).min(calls);
        Counts { calls, failures: of_them(&self.failures), slow: of_them(&self.slow) }
    }
}

impl TimeWindow {
    /// One more outcome of `generation` in `tick`. Says whether it is the first in there.
    pub(super) fn record(&self, generation: u64, tick: u64, seen: Seen) -> bool {
        if seen.is_bad() {
            let bad = &self.bad.get_or_init(Box::default)[index(tick)];
            bad.record(Stamp::new(generation, tick), seen);
        }
        self.succeed(generation, tick)
    }

    /// One more success, as [`record`](Self::record).
    #[inline]
    pub(super) fn succeed(&self, generation: u64, tick: u64) -> bool {
        let counted = self.calls[index(tick)].count(Stamp::new(generation, tick));
        matches!(counted, Counted::First { .. })
    }

    /// What `generation` saw in the window that ends with `tick`.
    pub(super) fn read(&self, generation: u64, tick: u64) -> Counts {
        let oldest = tick.saturating_sub(BUCKETS - 1);
        let bad = self.bad.get();
        let read = |tick| {
            let stamp = Stamp::new(generation, tick);
            let calls = self.calls[index(tick)].get(stamp);
            let good = Counts { calls, ..Counts::default() };
            bad.map_or(good, |bad| bad[index(tick)].among(calls, stamp))
        };
        (oldest..=tick).map(read).sum()
    }
}

#[inline]
#[allow(clippy::cast_possible_truncation, reason = "below ten")]
const fn index(tick: u64) -> usize {
    (tick % BUCKETS) as usize
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sum(outcomes: impl Iterator<Item = Seen>) -> Counts {
        outcomes.map(Counts::from).sum()
    }

    fn seen() -> impl Strategy<Value = Seen> {
        (any::<bool>(), any::<bool>()).prop_map(|(failed, slow)| Seen { failed, slow })
    }

    #[test]
    fn s_cb_2_a_bucket_that_is_being_turned_holds_no_failures_without_their_calls() {
        let window = TimeWindow::default();
        for _ in 0..5 {
            window.record(1, 0, Seen { failed: true, slow: false });
        }
        for tick in 1..=10 {
            window.succeed(1, tick);
        }
        assert_eq!(window.read(1, 9).failures, 0);
    }

    proptest! {
        #[test]
        fn s_cb_1_s_8_a_window_of_time_holds_its_last_ten_ticks(
            outcomes in prop::collection::vec((seen(), 0_u64..4), 1..200),
        ) {
            let window = TimeWindow::default();
            let (mut tick, mut model) = (0, Vec::new());
            for (seen, pause) in outcomes {
                tick += if pause == 3 { 12 } else { pause };
                window.record(7, tick, seen);
                model.push((tick, seen));
                let inside = model.iter().filter(|(then, _)| then + BUCKETS > tick);
                prop_assert_eq!(window.read(7, tick), sum(inside.map(|(_, seen)| *seen)));
                prop_assert_eq!(window.read(8, tick), Counts::default());
                prop_assert_eq!(window.read(7, tick + BUCKETS), Counts::default());
            }
        }
    }
}
