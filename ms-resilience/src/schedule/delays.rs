//! The delays of one call.

use std::iter::FusedIterator;
use std::sync::Arc;
use std::time::Duration;

use ms_core::rng::Rng;

use super::config::Backoff;
use super::delay::delay;

/// The delays of one call, by a [`Backoff`]. They never end.
#[derive(Debug)]
pub struct Delays {
    backoff: Backoff,
    rng: Rng,
    failures: u64,
    previous: Duration,
}

impl Delays {
    const fn new(backoff: Backoff, rng: Rng) -> Self {
        Self { backoff, rng, failures: 0, previous: Duration::ZERO }
    }
}

impl Iterator for Delays {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.failures = self.failures.saturating_add(1);
        self.previous = delay(&self.backoff, self.failures, self.rng.unit(), self.previous);
        Some(self.previous)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::MAX, None)
    }
}

impl FusedIterator for Delays {}

/// Each time with a chance of its own, which nobody else shares.
impl IntoIterator for Backoff {
    type Item = Duration;
    type IntoIter = Delays;

    fn into_iter(self) -> Delays {
        Delays::new(self, Rng::new())
    }
}

impl Backoff {
    /// The same with chance that repeats itself, for tests and simulations: the first call draws
    /// one sequence, the second another, and so they do each time with this `seed`.
    ///
    /// ```
    /// use ms_resilience::schedule::{Backoff, Schedule};
    ///
    /// let (one, other) = (Backoff::default().seeded(7), Backoff::default().seeded(7));
    /// assert_eq!(one.delays().next(), other.delays().next());
    /// ```
    #[must_use]
    pub fn seeded(self, seed: u64) -> Seeded {
        Seeded { backoff: self, rng: Arc::new(Rng::seeded(seed)) }
    }
}

/// A [`Backoff`] whose chance repeats itself: made by [`Backoff::seeded`]. Copies draw from one
/// source.
#[derive(Debug, Clone)]
pub struct Seeded {
    backoff: Backoff,
    rng: Arc<Rng>,
}

impl IntoIterator for Seeded {
    type Item = Duration;
    type IntoIter = Delays;

    fn into_iter(self) -> Delays {
        Delays::new(self.backoff, Rng::seeded(self.rng.next_u64()))
    }
}
