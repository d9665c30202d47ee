//! Moments, and what waits for one.

use std::time::{Duration, SystemTime};

pub use tokio::time::{Instant, Sleep};

/// What stands for "never" where a moment would overflow: thirty years.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// This moment, on the monotonic clock.
#[inline]
#[must_use]
#[allow(clippy::disallowed_methods, reason = "this is the door")]
pub fn now() -> Instant {
    Instant::now()
}

/// Wall-clock time: only to read a date that somebody else wrote.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "this is the door")]
pub fn wall() -> SystemTime {
    SystemTime::now()
}

/// `from` plus `delay`, or about thirty years on where that would overflow.
#[inline]
#[must_use]
pub fn later(from: Instant, delay: Duration) -> Instant {
    from.checked_add(delay).unwrap_or_else(|| from + FAR)
}

/// Waits for `delay`.
///
/// # Panics
/// When it is called outside a tokio runtime with time enabled.
#[allow(clippy::disallowed_methods, reason = "this is the door")]
pub fn sleep(delay: Duration) -> Sleep {
    tokio::time::sleep(delay)
}

/// Waits until `moment`.
///
/// # Panics
/// When it is called outside a tokio runtime with time enabled.
#[allow(clippy::disallowed_methods, reason = "this is the door")]
pub fn sleep_until(moment: Instant) -> Sleep {
    tokio::time::sleep_until(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_that_overflows_is_far_away_instead() {
        let start = now();
        assert_eq!(later(start, Duration::MAX), start + FAR);
    }
}
