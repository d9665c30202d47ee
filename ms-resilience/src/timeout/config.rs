//! The settings.

use std::time::Duration;

use ms_core::config::{ConfigError, ensure};

/// How long a call may take.
///
/// ```
/// use ms_resilience::timeout::TimeoutConfig;
/// use std::time::Duration;
///
/// let config = TimeoutConfig::new(Duration::ZERO);
/// assert_eq!(config.validate().unwrap_err().field(), "limit");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
#[non_exhaustive]
pub struct TimeoutConfig {
    /// How long a call may take; more than zero.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub limit: Duration,
}

impl TimeoutConfig {
    /// A call may take `limit`.
    #[must_use]
    pub const fn new(limit: Duration) -> Self {
        Self { limit }
    }

    /// The default for one attempt: 1 s.
    #[must_use]
    pub const fn attempt() -> Self {
        Self::new(Duration::from_secs(1))
    }

    /// The default for a whole call: 5 s.
    #[must_use]
    pub const fn total() -> Self {
        Self::new(Duration::from_secs(5))
    }

    /// Refuses settings that make no sense.
    ///
    /// # Errors
    /// When the limit is zero.
    pub fn validate(&self) -> Result<(), ConfigError> {
        ensure("limit", &self.limit, !self.limit.is_zero(), "longer than 0s")
    }
}
