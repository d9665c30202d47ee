//! The settings.

use std::ops::RangeInclusive;
use std::time::Duration;

use ms_core::config::{ConfigError, ensure};

/// What is counted in hundred-thousandths can be as small as this, and not smaller.
const LEAST: f64 = 0.000_01;

/// How many attempts more a budget allows.
///
/// ```
/// use ms_resilience::budget::{BudgetConfig, Funded};
///
/// let config = BudgetConfig::from(Funded::default().cap(20.0));
/// assert!(config.validate().is_ok());
///
/// let none = BudgetConfig::from(Funded::default().per_success(0.0));
/// assert_eq!(none.validate().unwrap_err().field(), "funded.per_success");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum BudgetConfig {
    /// Successes pay for attempts: the default.
    Funded(Funded),
    /// At most a share of all calls of the last while.
    Ratio(Ratio),
    /// As gRPC throttles retries.
    GrpcThrottle(GrpcThrottle),
    /// As many as one likes: only where something else bounds them.
    Unlimited,
}

impl BudgetConfig {
    /// Refuses settings that make no sense.
    ///
    /// # Errors
    /// When a number or a duration is out of bounds.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let (section, checked) = match self {
            Self::Funded(funded) => ("funded", funded.validate()),
            Self::Ratio(ratio) => ("ratio", ratio.validate()),
            Self::GrpcThrottle(throttle) => ("grpc_throttle", throttle.validate()),
            Self::Unlimited => return Ok(()),
        };
        checked.map_err(|error| error.within(section))
    }
}

impl Default for BudgetConfig {
    fn default() -> Self {
        Self::Funded(Funded::default())
    }
}

/// Successes pay for attempts.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct Funded {
    /// What a success pays in; 0.00001 to 1. 0.1 by default: ten successes pay for an attempt.
    pub per_success: f64,
    /// The most that is held; 1 to 10,000. 10 by default.
    pub cap: f64,
    /// What there is to start with, at most `cap`. 1 by default.
    pub start: f64,
}

impl Funded {
    /// What a success pays in.
    #[must_use]
    pub const fn per_success(self, per_success: f64) -> Self {
        Self { per_success, ..self }
    }

    /// The most that is held.
    #[must_use]
    pub const fn cap(self, cap: f64) -> Self {
        Self { cap, ..self }
    }

    /// What there is to start with.
    #[must_use]
    pub const fn start(self, start: f64) -> Self {
        Self { start, ..self }
    }

    fn validate(&self) -> Result<(), ConfigError> {
        let Self { per_success, cap, start } = self;
        number("per_success", *per_success, LEAST..=1.0, "between 0.00001 and 1")?;
        number("cap", *cap, 1.0..=10_000.0, "between 1 and 10000")?;
        number("start", *start, 0.0..=*cap, "between 0 and `cap`")
    }
}

impl Default for Funded {
    fn default() -> Self {
        Self { per_success: 0.1, cap: 10.0, start: 1.0 }
    }
}

/// At most a share of all calls of the last while.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct Ratio {
    /// How many attempts more for each call; 0.00001 to 1. 0.1 by default.
    pub share: f64,
    /// How long a call counts, give or take a tenth; 100 ms to 10 min. 10 s by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub window: Duration,
    /// As many on top, however few calls there are; at most 10,000. None by default.
    pub reserve: u32,
}

impl Ratio {
    /// How many attempts more for each call.
    #[must_use]
    pub const fn share(self, share: f64) -> Self {
        Self { share, ..self }
    }

    /// How long a call counts.
    #[must_use]
    pub const fn window(self, window: Duration) -> Self {
        Self { window, ..self }
    }

    /// As many on top, however few calls there are.
    ///
    /// Each process has them, so what a peer gets grows with the number of its clients.
    #[must_use]
    pub const fn reserve(self, reserve: u32) -> Self {
        Self { reserve, ..self }
    }

    fn validate(&self) -> Result<(), ConfigError> {
        let Self { share, window, reserve } = self;
        number("share", *share, LEAST..=1.0, "between 0.00001 and 1")?;
        let bounds = Duration::from_millis(100)..=Duration::from_secs(600);
        ensure("window", window, bounds.contains(window), "between 100ms and 10min")?;
        ensure("reserve", reserve, *reserve <= 10_000, "at most 10000")
    }
}

impl Default for Ratio {
    fn default() -> Self {
        Self { share: 0.1, window: Duration::from_secs(10), reserve: 0 }
    }
}

/// As gRPC throttles retries: every failure costs 1, and more attempts are allowed while above
/// half of what there is at most.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct GrpcThrottle {
    /// The most that is held, which is what there is to start with; 1 to 1,000. 10 by default.
    pub max_tokens: u32,
    /// What a success pays in; 0.00001 to 1,000. 0.1 by default.
    pub token_ratio: f64,
}

impl GrpcThrottle {
    /// The most that is held.
    #[must_use]
    pub const fn max_tokens(self, max_tokens: u32) -> Self {
        Self { max_tokens, ..self }
    }

    /// What a success pays in.
    #[must_use]
    pub const fn token_ratio(self, token_ratio: f64) -> Self {
        Self { token_ratio, ..self }
    }

    fn validate(&self) -> Result<(), ConfigError> {
        let Self { max_tokens, token_ratio } = self;
        ensure("max_tokens", max_tokens, (1..=1000).contains(max_tokens), "between 1 and 1000")?;
        number("token_ratio", *token_ratio, LEAST..=1000.0, "between 0.00001 and 1000")
    }
}

impl Default for GrpcThrottle {
    fn default() -> Self {
        Self { max_tokens: 10, token_ratio: 0.1 }
    }
}

macro_rules! kinds {
    ($($kind:ident)*) => {$(
        impl From<$kind> for BudgetConfig {
            fn from(settings: $kind) -> Self {
                Self::$kind(settings)
            }
        }
    )*};
}

kinds! { Funded Ratio GrpcThrottle }

fn number(
    field: &'static str,
    value: f64,
    bounds: RangeInclusive<f64>,
    allowed: &'static str,
) -> Result<(), ConfigError> {
    ensure(field, &value, bounds.contains(&value), allowed)
}
