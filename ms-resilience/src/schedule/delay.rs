//! Pure: how long a delay is.

use std::time::Duration;

use super::config::{Backoff, Growth, Jitter};

/// The delay after so many failures in a row, the first being 1.
///
/// `chance` is from 0 to 1, and `previous` is the delay before this one, or zero. Defined for all
/// of them, and never longer than the cap.
///
/// ```
/// use ms_resilience::schedule::{Backoff, delay};
/// use std::time::Duration;
///
/// let backoff = Backoff::default();
/// assert_eq!(delay(&backoff, 3, 0.5, Duration::ZERO), Duration::from_millis(100));
/// assert_eq!(delay(&backoff, 1 << 32, 1.0, Duration::ZERO), Duration::from_secs(2));
/// ```
#[must_use]
pub fn delay(backoff: &Backoff, failures: u64, chance: f64, previous: Duration) -> Duration {
    let Backoff { growth, base, cap, jitter } = *backoff;
    let whole = match growth {
        Growth::Constant => base,
        // Its growth comes from the delay before.
        Growth::Exponential(factor) if jitter == Jitter::Decorrelated => {
            times(previous.max(base), factor)
        }
        Growth::Exponential(factor) => times(base, power(factor, failures)),
        Growth::Fibonacci => times(base, fibonacci(failures)),
    };
    // Long durations are rounded on the way.
    let whole = whole.max(base).min(cap);
    let least = match jitter {
        Jitter::None => whole,
        Jitter::Full => Duration::ZERO,
        Jitter::Equal => whole / 2,
        Jitter::Decorrelated => base.min(whole),
    };
    let spread = whole - least;
    least + times(spread, chance).min(spread)
}

/// What exceeds all durations, or is no number, is as long as can be.
fn times(duration: Duration, factor: f64) -> Duration {
    if duration.is_zero() {
        return duration;
    }
    Duration::try_from_secs_f64(duration.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

fn power(factor: f64, failures: u64) -> f64 {
    factor.powi(i32::try_from(failures.saturating_sub(1)).unwrap_or(i32::MAX))
}

/// Beyond the 94th number, which no `u64` holds, every delay has reached its cap.
fn fibonacci(failures: u64) -> f64 {
    let (mut this, mut next) = (0.0, 1.0);
    for _ in 0..failures.min(94) {
        (this, next) = (next, this + next);
    }
    this
}
