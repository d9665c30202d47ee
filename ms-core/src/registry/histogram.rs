//! How waits and delays are spread.

use std::time::Duration;

use crate::sync::{AtomicU64, Ordering};

/// Upper bounds in seconds: the fourteen that OpenTelemetry advises for durations.
const BOUNDS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Counts durations in fixed buckets. For what is rare: every entry is two atomic additions.
///
/// ```
/// use ms_core::registry::Histogram;
/// use std::time::Duration;
///
/// let waits = Histogram::default();
/// waits.record(Duration::from_millis(30));
///
/// let spread = waits.read();
/// assert_eq!((spread.count(), spread.sum), (1, 0.03));
/// assert_eq!(spread.buckets().find(|(bound, _)| *bound == 0.05), Some((0.05, 1)));
/// ```
#[derive(Debug, Default)]
pub struct Histogram {
    /// One more than there are bounds, for what exceeds them all.
    counts: [AtomicU64; BOUNDS.len() + 1],
    nanos: AtomicU64,
}

impl Histogram {
    /// Counts one.
    pub fn record(&self, duration: Duration) {
        let seconds = duration.as_secs_f64();
        let bucket = BOUNDS.partition_point(|&bound| bound < seconds);
        self.counts[bucket].fetch_add(1, Ordering::Relaxed);
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.nanos.fetch_add(nanos, Ordering::Relaxed);
    }

    /// What was counted so far.
    #[must_use]
    pub fn read(&self) -> Distribution {
        let sum = Duration::from_nanos(self.nanos.load(Ordering::Relaxed)).as_secs_f64();
        let counts = self.counts.iter().map(|count| count.load(Ordering::Relaxed)).collect();
        Distribution { bounds: &BOUNDS, counts, sum }
    }
}

/// How many fell between which bounds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Distribution {
    /// The upper bound of each bucket but the last, in seconds, inclusive.
    pub bounds: &'static [f64],
    /// How many fell into each bucket; the last has no upper bound.
    pub counts: Vec<u64>,
    /// The sum of all, in seconds.
    pub sum: f64,
}

impl Distribution {
    /// How many there are in all.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How many are at most as long as each bound, as Prometheus counts; the last bound is
    /// infinite.
    pub fn buckets(&self) -> impl Iterator<Item = (f64, u64)> {
        let bounds = self.bounds.iter().copied().chain([f64::INFINITY]);
        let counts = self.counts.iter().scan(0, |sum, count| {
            *sum += count;
            Some(*sum)
        });
        bounds.zip(counts)
    }
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_duration_at_a_bound_is_below_it_and_one_beyond_all_has_a_place() {
        let histogram = Histogram::default();
        histogram.record(Duration::from_secs(10));
        histogram.record(Duration::from_secs(11));
        let cumulated: Vec<_> = histogram.read().buckets().skip(13).collect();
        assert_eq!(cumulated, [(10.0, 1), (f64::INFINITY, 2)]);
    }
}
