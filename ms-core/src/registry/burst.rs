//! Many of a kind are one event.

use std::time::Duration;

use crate::clock::Instant;
use crate::sync::{AtomicU64, Ordering};

/// How long one event stands for all of its kind.
const WINDOW: Duration = Duration::from_secs(1);

/// Turns a flood of occurrences into at most one report a second, and loses no count.
///
/// ```
/// use ms_core::clock::{later, now};
/// use ms_core::registry::Burst;
/// use std::time::Duration;
///
/// let start = now();
/// let burst = Burst::new(start);
/// assert_eq!(burst.note(start), Some(1)); // the first is reported at once
/// assert_eq!(burst.note(start), None);
/// assert_eq!(burst.note(start), None);
/// assert_eq!(burst.note(later(start, Duration::from_secs(1))), Some(3));
/// ```
#[derive(Debug)]
pub struct Burst {
    start: Instant,
    /// From when on the next report may be made, in nanoseconds since the start.
    open_at: AtomicU64,
    unreported: AtomicU64,
}

impl Burst {
    /// A burst of which nothing has been seen.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self { start: now, open_at: AtomicU64::new(0), unreported: AtomicU64::new(0) }
    }

    /// Takes note of one; says how many to report, if it is time for a report.
    pub fn note(&self, now: Instant) -> Option<u64> {
        self.unreported.fetch_add(1, Ordering::Relaxed);
        let now = nanos(now.saturating_duration_since(self.start));
        let open_at = self.open_at.load(Ordering::Relaxed);
        let next = now.saturating_add(nanos(WINDOW));
        let is_mine = now >= open_at
            && self
                .open_at
                .compare_exchange(open_at, next, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        let count = if is_mine { self.unreported.swap(0, Ordering::Relaxed) } else { 0 };
        (count > 0).then_some(count)
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(all(test, ms_loom))]
mod loom_tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::now;

    #[test]
    fn loom_one_of_two_reports_and_no_count_is_lost() {
        loom::model(|| {
            let start = now();
            let burst = Arc::new(Burst::new(start));
            let theirs = Arc::clone(&burst);
            let thread = loom::thread::spawn(move || theirs.note(start));
            let mine = burst.note(start);
            let reports = [mine, thread.join().unwrap()];

            assert_eq!(reports.iter().flatten().count(), 1);
            let later = burst.note(start + WINDOW).unwrap();
            assert_eq!(reports.iter().flatten().sum::<u64>() + later, 3);
        });
    }
}
