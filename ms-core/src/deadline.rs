//! The moment by which a call must be over.
//!
//! A deadline is one moment for the whole call: readiness, every attempt, the pauses between them
//! and, where asked, the body draw on it.
//!
//! ```
//! use ms_core::clock::{later, now};
//! use ms_core::deadline::Deadline;
//! use std::time::Duration;
//!
//! let now = now();
//! let caller = Deadline::after(now, Duration::from_secs(2));
//! let ours = Deadline::after(now, Duration::from_secs(5));
//! assert_eq!(caller.min(ours).remaining(now), Duration::from_secs(2));
//! assert!(caller.is_over(later(now, Duration::from_secs(2))));
//! ```

use std::time::Duration;

use crate::clock::{Instant, later};

/// The moment by which a call must be over. The nearer of two is the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deadline(Instant);

impl Deadline {
    /// A deadline at `moment`.
    #[inline]
    #[must_use]
    pub const fn at(moment: Instant) -> Self {
        Self(moment)
    }

    /// A deadline `limit` after `now`.
    #[inline]
    #[must_use]
    pub fn after(now: Instant, limit: Duration) -> Self {
        Self(later(now, limit))
    }

    /// The moment itself.
    #[inline]
    #[must_use]
    pub const fn moment(self) -> Instant {
        self.0
    }

    /// How much time is left, or zero.
    #[inline]
    #[must_use]
    pub fn remaining(self, now: Instant) -> Duration {
        self.0.saturating_duration_since(now)
    }

    /// Whether it has come.
    #[inline]
    #[must_use]
    pub fn is_over(self, now: Instant) -> bool {
        self.0 <= now
    }
}

impl From<Deadline> for Instant {
    fn from(deadline: Deadline) -> Self {
        deadline.0
    }
}

/// How much time a call may take, before anybody has looked at the clock.
///
/// Reading the clock is the dearest thing that a layer does for a call that is answered at once.
/// So a limit starts to run only when somebody first has to wait: until then it is the nearest
/// known deadline (`at`) together with an amount of time (`within`), and putting a further
/// deadline or amount into it needs no clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limit {
    at: Option<Deadline>,
    within: Option<Duration>,
}

impl Limit {
    /// No limit.
    pub const NONE: Self = Self { at: None, within: None };

    /// The limit that ends at `deadline`.
    #[inline]
    #[must_use]
    pub const fn until(deadline: Deadline) -> Self {
        Self { at: Some(deadline), within: None }
    }

    /// The limit that ends `amount` after the first wait.
    #[inline]
    #[must_use]
    pub const fn within(amount: Duration) -> Self {
        Self { at: None, within: Some(amount) }
    }

    /// Whichever of the two ends first.
    #[inline]
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { at: nearer(self.at, other.at), within: nearer(self.within, other.within) }
    }

    /// Starts the limit at `now`, if it has not started, and tells where it ends.
    #[inline]
    #[must_use]
    pub fn start(self, now: Instant) -> Option<Deadline> {
        nearer(self.at, self.within.map(|amount| Deadline::after(now, amount)))
    }

    /// How much time is left; the clock is asked only if a part of the limit runs.
    #[inline]
    #[must_use]
    pub fn remaining(self, now: impl FnOnce() -> Instant) -> Option<Duration> {
        nearer(self.at.map(|at| at.remaining(now())), self.within)
    }

    /// The deadline that is known already.
    #[inline]
    #[must_use]
    pub const fn at(self) -> Option<Deadline> {
        self.at
    }

    /// Whether a part of it starts only with the first wait.
    #[inline]
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.within.is_some()
    }

    /// Whether there is no limit at all.
    #[inline]
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.at.is_none() && self.within.is_none()
    }
}

impl From<Deadline> for Limit {
    fn from(deadline: Deadline) -> Self {
        Self::until(deadline)
    }
}

impl From<Option<Deadline>> for Limit {
    fn from(at: Option<Deadline>) -> Self {
        Self { at, within: None }
    }
}

/// The smaller of two that may be missing.
#[inline]
fn nearer<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::now;

    #[test]
    fn a_deadline_that_would_overflow_is_far_away() {
        let now = now();
        assert!(Deadline::after(now, Duration::MAX).remaining(now) > Duration::from_secs(1 << 29));
    }

    fn limit(start: Instant) -> impl Strategy<Value = Limit> {
        let at = prop::option::of(0_u64..100)
            .prop_map(move |s| s.map(|s| Deadline::after(start, Duration::from_secs(s))));
        let within = prop::option::of((0_u64..100).prop_map(Duration::from_secs));
        (at, within).prop_map(|(at, within)| Limit { at, within })
    }

    proptest! {
        #[test]
        fn limits_joined_before_the_start_end_where_they_would_end_joined_after(
            (start, one, other) in Just(now()).prop_flat_map(|s| (Just(s), limit(s), limit(s))),
        ) {
            let joined = one.and(other).start(start);
            prop_assert_eq!(joined, nearer(one.start(start), other.start(start)));
        }
    }
}
