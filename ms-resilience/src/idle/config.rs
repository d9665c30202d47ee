//! The settings.

use std::time::Duration;

use ms_core::config::{ConfigError, ensure};

/// How long a body may stand still.
///
/// ```
/// use ms_resilience::idle::IdleTimeoutConfig;
/// use std::time::Duration;
///
/// let strict = IdleTimeoutConfig::default().limit(Duration::from_secs(3)).bytes(1024);
/// assert!(strict.validate().is_ok());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct IdleTimeoutConfig {
    /// How long a reader waits for progress; more than zero. 10 s by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub limit: Duration,
    /// How many bytes are progress; at least 1, the default.
    pub bytes: u64,
}

impl IdleTimeoutConfig {
    /// A reader waits at most `limit` for progress.
    #[must_use]
    pub const fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Less than `bytes` bytes are no progress.
    #[must_use]
    pub const fn bytes(mut self, bytes: u64) -> Self {
        self.bytes = bytes;
        self
    }

    /// Refuses settings that make no sense.
    ///
    /// # Errors
    /// When the limit or the number of bytes is zero.
    pub fn validate(&self) -> Result<(), ConfigError> {
        ensure("limit", &self.limit, !self.limit.is_zero(), "longer than 0s")?;
        ensure("bytes", &self.bytes, self.bytes > 0, "1 or more")
    }
}

impl Default for IdleTimeoutConfig {
    fn default() -> Self {
        Self { limit: Duration::from_secs(10), bytes: 1 }
    }
}
