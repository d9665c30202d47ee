//! The settings.

use std::time::Duration;

use ms_core::config::{ConfigError, ensure};

/// How many fallbacks may be under way, for how long, and how much is kept of a request.
///
/// ```
/// use ms_resilience::fallback::FallbackConfig;
/// use std::time::Duration;
///
/// let config = FallbackConfig::default().timeout(Duration::ZERO);
/// assert_eq!(config.validate().unwrap_err().field(), "timeout");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct FallbackConfig {
    /// How many fallbacks may be under way at a time; 0 switches the fallback off. 100 by default.
    pub max_concurrent: u32,
    /// How long a fallback may take; more than zero. 1 s by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub timeout: Duration,
    /// How many bytes are kept of a request body that streams. 64 KiB by default.
    pub keep: usize,
}

impl FallbackConfig {
    /// At most `fallbacks` are under way; 0 switches the fallback off.
    #[must_use]
    pub const fn max_concurrent(self, fallbacks: u32) -> Self {
        Self { max_concurrent: fallbacks, ..self }
    }

    /// A fallback takes `time` at most.
    #[must_use]
    pub const fn timeout(self, time: Duration) -> Self {
        Self { timeout: time, ..self }
    }

    /// At most `bytes` are kept of a request body that streams.
    #[must_use]
    pub const fn keep(self, bytes: usize) -> Self {
        Self { keep: bytes, ..self }
    }

    /// Refuses settings that make no sense.
    ///
    /// # Errors
    /// When a fallback may take no time.
    pub fn validate(&self) -> Result<(), ConfigError> {
        ensure("timeout", &self.timeout, !self.timeout.is_zero(), "longer than 0s")
    }
}

impl Default for FallbackConfig {
    fn default() -> Self {
        Self { max_concurrent: 100, timeout: Duration::from_secs(1), keep: 64 * 1024 }
    }
}
