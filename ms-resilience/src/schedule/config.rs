//! The settings.

use std::time::Duration;

use ms_core::config::{ConfigError, ensure};

/// Delays that stay the same or grow, with chance in them: plain data, and a
/// [`Schedule`](super::Schedule) that never ends.
///
/// ```
/// use ms_resilience::schedule::{Backoff, Growth, Jitter};
/// use std::time::Duration;
///
/// let backoff = Backoff::default()
///     .growth(Growth::Exponential(1.5))
///     .cap(Duration::from_secs(10))
///     .jitter(Jitter::Equal);
/// assert!(backoff.validate().is_ok());
/// assert_eq!(backoff.base(Duration::ZERO).validate().unwrap_err().field(), "base");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct Backoff {
    /// How delays grow from one failure to the next. Exponentially, by a factor of 2, by default.
    pub growth: Growth,
    /// The first delay, before chance; more than zero. 50 ms by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub base: Duration,
    /// The longest delay, whatever chance says; at least `base`. 2 s by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub cap: Duration,
    /// What chance does to a delay. [`Jitter::Full`] by default.
    pub jitter: Jitter,
}

/// How delays grow from one failure to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Growth {
    /// Not at all.
    Constant,
    /// By this factor; 1 or more.
    Exponential(f64),
    /// As the numbers of Fibonacci: 1, 1, 2, 3, 5, 8 times the first.
    Fibonacci,
}

/// What chance does to a delay. Without it, clients that failed together come back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Jitter {
    /// Nothing.
    None,
    /// A delay lies anywhere between zero and what it would be.
    Full,
    /// A delay lies between half of what it would be and all of it.
    Equal,
    /// A delay lies between the base and the one before it times the factor of the growth, which
    /// has to be exponential.
    Decorrelated,
}

impl Backoff {
    /// Every delay is `delay`, without chance.
    #[must_use]
    pub const fn constant(delay: Duration) -> Self {
        Self { growth: Growth::Constant, base: delay, cap: delay, jitter: Jitter::None }
    }

    /// Delays begin with `base` and double, up to 2 s, with full jitter.
    #[must_use]
    pub const fn exponential(base: Duration) -> Self {
        let cap = Duration::from_secs(2);
        Self { growth: Growth::Exponential(2.0), base, cap, jitter: Jitter::Full }
    }

    /// Delays begin with `base` and grow as the numbers of Fibonacci, up to 2 s, with full jitter.
    #[must_use]
    pub const fn fibonacci(base: Duration) -> Self {
        Self::exponential(base).growth(Growth::Fibonacci)
    }

    /// Delays lie between `base` and three times the one before, up to 2 s.
    #[must_use]
    pub const fn decorrelated(base: Duration) -> Self {
        Self::exponential(base).growth(Growth::Exponential(3.0)).jitter(Jitter::Decorrelated)
    }

    /// How delays grow.
    #[must_use]
    pub const fn growth(self, growth: Growth) -> Self {
        Self { growth, ..self }
    }

    /// The first delay, before chance.
    #[must_use]
    pub const fn base(self, base: Duration) -> Self {
        Self { base, ..self }
    }

    /// The longest delay.
    #[must_use]
    pub const fn cap(self, cap: Duration) -> Self {
        Self { cap, ..self }
    }

    /// What chance does to a delay.
    #[must_use]
    pub const fn jitter(self, jitter: Jitter) -> Self {
        Self { jitter, ..self }
    }

    /// Refuses settings that make no sense.
    ///
    /// # Errors
    /// When the base is zero or beyond the cap, delays would shrink, or decorrelated jitter has no
    /// factor to work with.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let Self { growth, base, cap, jitter } = self;
        ensure("base", base, !base.is_zero(), "longer than 0s")?;
        ensure("cap", cap, cap >= base, "at least `base`")?;
        let factor = match growth {
            Growth::Exponential(factor) => Some(*factor),
            Growth::Constant | Growth::Fibonacci => None,
        };
        let grows = factor.is_none_or(|factor| factor.is_finite() && factor >= 1.0);
        ensure("growth", growth, grows, "by a factor of 1 or more")?;
        let is_possible = *jitter != Jitter::Decorrelated || factor.is_some();
        ensure("jitter", jitter, is_possible, "another one where the growth is not exponential")
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::exponential(Duration::from_millis(50))
    }
}
