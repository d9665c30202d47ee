//! The settings of a cache.

use std::time::Duration;

use ms_core::config::{ConfigError, ensure};

/// How much is kept, for how long, and how long a call waits before an older answer is given.
///
/// ```
/// use ms_resilience::fallback::cache::CacheConfig;
/// use std::time::Duration;
///
/// let config = CacheConfig::default().max_age(Duration::from_secs(600)).max_entries(0);
/// assert_eq!(config.validate().unwrap_err().field(), "max_entries");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct CacheConfig {
    /// How many answers are kept; 1 or more. 1,000 by default.
    pub max_entries: usize,
    /// How much the answers may weigh together, in bytes; 1 or more. 64 MiB by default.
    pub max_weight: u64,
    /// How old an answer may be that is given; more than zero. 5 min by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub max_age: Duration,
    /// How old an answer may be that is given without a call; more than zero, and at most
    /// `max_age`. None by default: every call is made, and answers are kept for when one fails.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub fresh_for: Option<Duration>,
    /// How long a call that could be given an older answer waits for the service to become ready,
    /// or for another call that refreshes the answer. 100 ms by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub patience: Duration,
    /// How long a call without an older answer waits for another call that gets the same; more
    /// than zero. 1 s by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub max_wait: Duration,
    /// How many calls may wait for others; with 0 none does. 1,000 by default.
    pub max_waiting: usize,
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty $(=> $wrap:path)?;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub const fn $name(mut self, $name: $type) -> Self {
            self.$name = $($wrap)?($name);
            self
        }
    )*};
}

impl CacheConfig {
    setters! {
        /// So many answers are kept.
        max_entries: usize;
        /// So many bytes may the answers weigh together.
        max_weight: u64;
        /// No older answer is given.
        max_age: Duration;
        /// An answer is given for so long without a call.
        fresh_for: Duration => Some;
        /// So long waits a call that could be given an older answer.
        patience: Duration;
        /// So long waits a call for another one that gets the same.
        max_wait: Duration;
        /// So many calls may wait for others.
        max_waiting: usize;
    }

    /// Refuses settings that make no sense.
    ///
    /// # Errors
    /// When nothing could be kept, or a time is out of bounds.
    pub fn validate(&self) -> Result<(), ConfigError> {
        ensure("max_entries", &self.max_entries, self.max_entries > 0, "1 or more")?;
        ensure("max_weight", &self.max_weight, self.max_weight > 0, "1 or more")?;
        ensure("max_age", &self.max_age, !self.max_age.is_zero(), "longer than 0s")?;
        let fresh = self.fresh_for;
        let in_bounds = fresh.is_none_or(|fresh| !fresh.is_zero() && fresh <= self.max_age);
        ensure("fresh_for", &fresh, in_bounds, "longer than 0s, and at most `max_age`")?;
        ensure("max_wait", &self.max_wait, !self.max_wait.is_zero(), "longer than 0s")
    }
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self {
            max_entries: 1000,
            max_weight: 64 * 1024 * 1024,
            max_age: Duration::from_secs(300),
            fresh_for: None,
            patience: Duration::from_millis(100),
            max_wait: Duration::from_secs(1),
            max_waiting: 1000,
        }
    }
}
