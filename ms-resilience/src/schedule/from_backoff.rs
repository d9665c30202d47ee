//! Schedules of the crate `backoff`.

use std::iter::FusedIterator;
use std::time::Duration;

use backoff::backoff::Backoff;

/// A policy of the crate `backoff` as a schedule: each call starts with a fresh copy.
///
/// A copy is reset when the first attempt has failed, so that the time which such a policy allows
/// in all is that of a call, not of the process. It is read off the clock of that crate, which
/// tests cannot pause.
///
/// ```
/// use backoff::ExponentialBackoffBuilder;
/// use ms_resilience::schedule::{BackoffCrate, Schedule};
/// use std::time::Duration;
///
/// let policy = ExponentialBackoffBuilder::new()
///     .with_initial_interval(Duration::from_millis(100))
///     .with_randomization_factor(0.0)
///     .build();
/// let delays = BackoffCrate(policy).delays();
/// assert!(delays.take(2).eq([Duration::from_millis(100), Duration::from_millis(150)]));
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct BackoffCrate<B>(pub B);

impl<B: Backoff> IntoIterator for BackoffCrate<B> {
    type Item = Duration;
    type IntoIter = BackoffCrateDelays<B>;

    fn into_iter(self) -> BackoffCrateDelays<B> {
        let Self(mut policy) = self;
        policy.reset();
        BackoffCrateDelays(Some(policy))
    }
}

/// The delays of one call, by a policy of the crate `backoff`.
#[derive(Debug, Clone)]
pub struct BackoffCrateDelays<B>(
    /// Empty once it has ended.
    Option<B>,
);

impl<B: Backoff> Iterator for BackoffCrateDelays<B> {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let delay = self.0.as_mut()?.next_backoff();
        if delay.is_none() {
            self.0 = None;
        }
        delay
    }
}

impl<B: Backoff> FusedIterator for BackoffCrateDelays<B> {}
