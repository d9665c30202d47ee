//! The settings of a queue.

use std::time::Duration;

use ms_core::config::{ConfigError, ensure};

/// How much may wait, and how it is delivered.
///
/// ```
/// use ms_resilience::fallback::queue::QueueConfig;
///
/// let config = QueueConfig::default().max_entries(500).max_attempts(0);
/// assert_eq!(config.validate().unwrap_err().field(), "max_attempts");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct QueueConfig {
    /// How many entries there may be, those that were set aside included; 1 or more. 10,000 by
    /// default.
    pub max_entries: usize,
    /// How many bytes they may have together; 1 or more. 64 MiB by default.
    pub max_bytes: usize,
    /// After so many attempts that failed an entry is set aside; 1 or more. 10 by default.
    pub max_attempts: u32,
    /// How long to wait after a first failure; more than zero. It doubles with every further one
    /// in a row. 1 s by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub backoff: Duration,
    /// The longest wait, whatever the peer asks for; at least `backoff`. 60 s by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub backoff_max: Duration,
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub const fn $name(mut self, $name: $type) -> Self {
            self.$name = $name;
            self
        }
    )*};
}

impl QueueConfig {
    setters! {
        /// There may be so many entries.
        max_entries: usize;
        /// They may have so many bytes together.
        max_bytes: usize;
        /// After so many attempts that failed an entry is set aside.
        max_attempts: u32;
        /// So long is the wait after a first failure.
        backoff: Duration;
        /// No wait is longer.
        backoff_max: Duration;
    }

    /// Refuses settings that make no sense.
    ///
    /// # Errors
    /// When a number or a time is out of bounds.
    pub fn validate(&self) -> Result<(), ConfigError> {
        ensure("max_entries", &self.max_entries, self.max_entries > 0, "1 or more")?;
        ensure("max_bytes", &self.max_bytes, self.max_bytes > 0, "1 or more")?;
        ensure("max_attempts", &self.max_attempts, self.max_attempts > 0, "1 or more")?;
        ensure("backoff", &self.backoff, !self.backoff.is_zero(), "longer than 0s")?;
        let longest = self.backoff_max;
        ensure("backoff_max", &longest, longest >= self.backoff, "at least `backoff`")
    }
}

impl Default for QueueConfig {
    fn default() -> Self {
        Self {
            max_entries: 10_000,
            max_bytes: 64 * 1024 * 1024,
            max_attempts: 10,
            backoff: Duration::from_secs(1),
            backoff_max: Duration::from_secs(60),
        }
    }
}
