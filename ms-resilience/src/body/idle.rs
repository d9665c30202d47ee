//! Pure: how long a body may stand still.

use std::time::Duration;

use ms_core::clock::{Instant, later};

/// How long a body may keep its reader waiting until it has made progress.
///
/// Progress is made when `bytes` bytes have come since the last progress. So with more than one
/// byte, a body that only drips is found out, however regularly it does.
///
/// ```
/// use ms_core::clock::{later, now};
/// use ms_resilience::body::Idle;
/// use std::time::Duration;
///
/// let mut idle = Idle::new(Duration::from_secs(3), 1024);
/// let start = now();
/// let second = |n| later(start, Duration::from_secs(n));
///
/// assert_eq!(idle.wait(second(0)), second(3));
/// idle.arrive(1, || second(2)); // a drop of 1,024: two of three seconds are used up
/// assert_eq!(idle.wait(second(10)), second(11));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Idle {
    limit: Duration,
    bytes: u64,
    missing: u64,
    used: Duration,
    waiting_since: Option<Instant>,
}

impl Idle {
    /// A reader waits at most `limit` for each `bytes` bytes; 0 counts as 1.
    #[must_use]
    pub fn new(limit: Duration, bytes: u64) -> Self {
        let bytes = bytes.max(1);
        Self { limit, bytes, missing: bytes, used: Duration::ZERO, waiting_since: None }
    }

    /// The reader waits: until when, at most.
    pub fn wait(&mut self, now: Instant) -> Instant {
        let since = *self.waiting_since.get_or_insert(now);
        later(since, self.limit.saturating_sub(self.used))
    }

    /// So many bytes have come; the clock is asked only if they are no progress yet.
    pub fn arrive(&mut self, bytes: u64, now: impl FnOnce() -> Instant) {
        let since = self.waiting_since.take();
        if bytes >= self.missing {
            self.missing = self.bytes;
            self.used = Duration::ZERO;
            return;
        }
        self.missing -= bytes;
        if let Some(since) = since {
            self.used += now().saturating_duration_since(since);
        }
    }
}

#[cfg(test)]
mod tests {
    use ms_core::clock::now;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Against a model that remembers every wait since the last progress.
        #[test]
        fn s_to_5_only_waiting_without_progress_uses_up_the_limit(
            steps in prop::collection::vec((0_u64..50, 0_u64..50, 0_u64..20), 1..40),
            bytes in 1_u64..30,
        ) {
            let limit = Duration::from_millis(1000);
            let (mut idle, mut now) = (Idle::new(limit, bytes), now());
            let (mut waited, mut arrived) = (Duration::ZERO, 0);
            for (read, wait, came) in steps {
                now += Duration::from_millis(read);
                prop_assert_eq!(idle.wait(now), now + (limit - waited.min(limit)));
                now += Duration::from_millis(wait);
                waited += Duration::from_millis(wait);
                arrived += came;
                idle.arrive(came, || now);
                if arrived >= bytes {
                    (waited, arrived) = (Duration::ZERO, 0);
                }
            }
        }
    }
}
