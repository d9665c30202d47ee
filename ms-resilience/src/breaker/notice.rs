//! What rejections say of a circuit.

use ms_core::sync::{AtomicU32, AtomicU64, Ordering};

use super::counts::Counts;

/// When the state began, when it ends by itself, and what led to it: written before the state is,
/// so that who sees the state sees what belongs to it. Moments are nanoseconds of the circuit.
#[derive(Debug, Default)]
pub(super) struct Notice {
    since: AtomicU64,
    until: AtomicU64,
    counts: [AtomicU32; 3],
}

impl Notice {
    pub(super) fn set(&self, since: u64, until: u64, counts: Counts) {
        self.since.store(since, Ordering::Relaxed);
        self.until.store(until, Ordering::Relaxed);
        for (place, count) in self.counts.iter().zip([counts.calls, counts.failures, counts.slow]) {
            place.store(u32::try_from(count).unwrap_or(u32::MAX), Ordering::Relaxed);
        }
    }

    pub(super) fn prolong(&self, until: u64) {
        self.until.store(until, Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn since(&self) -> u64 {
        self.since.load(Ordering::Relaxed)
    }

    #[inline]
    pub(super) fn until(&self) -> u64 {
        self.until.load(Ordering::Relaxed)
    }

    /// Calls, failures and slow ones.
    #[inline]
    pub(super) fn numbers(&self) -> [u32; 3] {
        self.counts.each_ref().map(|count| count.load(Ordering::Relaxed))
    }

    pub(super) fn counts(&self) -> Counts {
        let [calls, failures, slow] = self.numbers().map(u64::from);
        Counts { calls, failures, slow }
    }
}
