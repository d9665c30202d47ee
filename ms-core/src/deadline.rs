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

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use crate::clock::{Instant, later, now};

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
/// known deadline together with an amount of time, and putting a further deadline or amount into
/// it needs no clock.
///
/// Every call copies one, so it is two numbers and not two options.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// When it ends, in nanoseconds from the [`EPOCH`]; the largest for never.
    at: i64,
    /// How long it lasts from the first wait, in nanoseconds; the largest for ever.
    within: u64,
}

/// What moments are counted from: one that lies within the life of the process.
static EPOCH: LazyLock<Instant> = LazyLock::new(now);

impl Limit {
    /// No limit.
    pub const NONE: Self = Self { at: i64::MAX, within: u64::MAX };

    /// The limit that ends at `deadline`.
    #[must_use]
    pub fn until(deadline: Deadline) -> Self {
        Self { at: since_epoch(deadline.0), ..Self::NONE }
    }

    /// The limit that ends `amount` after the first wait.
    #[inline]
    #[must_use]
    pub fn within(amount: Duration) -> Self {
        Self::within_nanos(u64::try_from(amount.as_nanos()).unwrap_or(u64::MAX))
    }

    /// The limit that ends so many nanoseconds after the first wait.
    #[inline]
    #[must_use]
    pub const fn within_nanos(nanos: u64) -> Self {
        Self { within: nanos, ..Self::NONE }
    }

    /// Whichever of the two ends first.
    #[inline]
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { at: self.at.min(other.at), within: self.within.min(other.within) }
    }

    /// Starts the limit at `now`, if it has not started, and tells where it ends.
    #[inline]
    #[must_use]
    pub fn start(self, now: Instant) -> Option<Deadline> {
        if self.is_none() { None } else { self.end(now) }
    }

    fn end(self, now: Instant) -> Option<Deadline> {
        let within = self.amount().map(|amount| Deadline::after(now, amount));
        nearer(self.at(), within)
    }

    /// How much time is left; the clock is asked only if a part of the limit runs.
    #[must_use]
    pub fn remaining(self, now: impl FnOnce() -> Instant) -> Option<Duration> {
        nearer(self.at().map(|at| at.remaining(now())), self.amount())
    }

    /// The deadline that is known already.
    #[must_use]
    pub fn at(self) -> Option<Deadline> {
        (self.at != Self::NONE.at).then(|| Deadline(from_epoch(self.at)))
    }

    /// Whether a part of it starts only with the first wait.
    #[inline]
    #[must_use]
    pub const fn is_open(self) -> bool {
        self.within != Self::NONE.within
    }

    /// Whether there is no limit at all.
    #[inline]
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.at == Self::NONE.at && self.within == Self::NONE.within
    }

    fn amount(self) -> Option<Duration> {
        self.is_open().then(|| Duration::from_nanos(self.within))
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self::NONE
    }
}

impl fmt::Debug for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limit").field("at", &self.at()).field("within", &self.amount()).finish()
    }
}

/// What lies more than 292 years from now is never.
fn since_epoch(moment: Instant) -> i64 {
    match moment.checked_duration_since(*EPOCH) {
        Some(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        None => i64::try_from(EPOCH.duration_since(moment).as_nanos()).map_or(i64::MIN, |n| -n),
    }
}

fn from_epoch(nanos: i64) -> Instant {
    let distance = Duration::from_nanos(nanos.unsigned_abs());
    if nanos < 0 { EPOCH.checked_sub(distance).unwrap_or(*EPOCH) } else { later(*EPOCH, distance) }
}

impl From<Deadline> for Limit {
    fn from(deadline: Deadline) -> Self {
        Self::until(deadline)
    }
}

impl From<Option<Deadline>> for Limit {
    fn from(at: Option<Deadline>) -> Self {
        at.map_or(Self::NONE, Self::until)
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
        (at, within)
            .prop_map(|(at, within)| Limit::from(at).and(within.map_or(Limit::NONE, Limit::within)))
    }

    proptest! {
        #[test]
        fn a_limit_keeps_its_deadline_to_the_nanosecond(nanos in 0_u64..1 << 60, before: bool) {
            let distance = Duration::from_nanos(nanos % (1 << if before { 30 } else { 60 }));
            let after = Some(later(now(), distance));
            let moment = if before { now().checked_sub(distance) } else { after };
            if let Some(deadline) = moment.map(Deadline::at) {
                prop_assert_eq!(Limit::until(deadline).at(), Some(deadline));
            }
        }

        #[test]
        fn limits_joined_before_the_start_end_where_they_would_end_joined_after(
            (start, one, other) in Just(now()).prop_flat_map(|s| (Just(s), limit(s), limit(s))),
        ) {
            let joined = one.and(other).start(start);
            prop_assert_eq!(joined, nearer(one.start(start), other.start(start)));
        }
    }
}
