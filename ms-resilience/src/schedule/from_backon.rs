//! Schedules that the crate `backon` builds.

use std::time::Duration;

use backon::BackoffBuilder;

/// A schedule that a `backon::BackoffBuilder` builds, for each call anew.
///
/// What it promises is `backon`'s: its jitter adds to a delay, also beyond `max_delay`, and its
/// builders end after three delays unless they are told otherwise. A seed given there is one
/// sequence for all calls.
///
/// ```
/// use backon::ExponentialBuilder;
/// use ms_resilience::schedule::{Backon, Schedule};
/// use std::time::Duration;
///
/// let schedule = Backon(ExponentialBuilder::default().with_max_times(2));
/// let delays: Vec<_> = schedule.delays().collect();
/// assert_eq!(delays, [Duration::from_secs(1), Duration::from_secs(2)]);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Backon<B>(pub B);

impl<B: BackoffBuilder> IntoIterator for Backon<B> {
    type Item = Duration;
    type IntoIter = B::Backoff;

    fn into_iter(self) -> B::Backoff {
        self.0.build()
    }
}
