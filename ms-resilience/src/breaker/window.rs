//! What one stripe saw lately.

use super::count::{Counted, Stamp, StampedCount};
use super::counts::{Counts, Seen};

/// Into how many buckets a window of time is cut.
pub(super) const BUCKETS: u64 = 10;

/// What one stripe saw in a window of time.
#[derive(Debug, Default)]
pub(super) struct TimeWindow {
    buckets: [Bucket; 10],
}

/// What was seen in one tick.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    calls: StampedCount,
    failures: StampedCount,
    slow: StampedCount,
}

impl Bucket {
    /// One more outcome. Says whether it is the first of `stamp`.
    #[inline]
    pub(super) fn record(&self, stamp: Stamp, seen: Seen) -> bool {
        if seen.failed {
            self.failures.count(stamp);
        }
        if seen.slow {
            self.slow.count(stamp);
        }
        matches!(self.calls.count(stamp), Counted::First { .. })
    }

    pub(super) fn read(&self, stamp: Stamp) -> Counts {
        // No more than its calls: a quicker thread may have begun to turn the bucket.
        let calls = self.calls.get(stamp);
        let of_them = |count: &StampedCount| count.get(stamp).min(calls);
        Counts { calls, failures: of_them(&self.failures), slow: of_them(&self.slow) }
    }
}

impl TimeWindow {
    /// One more outcome of `generation` in `tick`. Says whether it is the first in there.
    #[inline]
    pub(super) fn record(&self, generation: u64, tick: u64, seen: Seen) -> bool {
        self.bucket(tick).record(Stamp::new(generation, tick), seen)
    }

    /// One more success, as [`record`](Self::record).
    #[inline]
    pub(super) fn succeed(&self, generation: u64, tick: u64) -> bool {
        let counted = self.bucket(tick).calls.count(Stamp::new(generation, tick));
        matches!(counted, Counted::First { .. })
    }

    /// What `generation` saw in the window that ends with `tick`.
    pub(super) fn read(&self, generation: u64, tick: u64) -> Counts {
        let oldest = tick.saturating_sub(BUCKETS - 1);
        let read = |tick| self.bucket(tick).read(Stamp::new(generation, tick));
        (oldest..=tick).map(read).sum()
    }

    #[inline]
    fn bucket(&self, tick: u64) -> &Bucket {
        #[allow(clippy::cast_possible_truncation, reason = "below ten")]
        let index = (tick % BUCKETS) as usize;
        &self.buckets[index]
    }
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
