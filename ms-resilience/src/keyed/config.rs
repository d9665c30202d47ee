//! The settings.

use std::time::Duration;

use ms_core::config::{ConfigError, ensure};

/// How many keys a policy keeps apart, and for how long.
///
/// ```
/// use ms_resilience::keyed::KeysConfig;
/// use std::time::Duration;
///
/// let config = KeysConfig::default().max_keys(50).idle(Duration::ZERO);
/// assert_eq!(config.validate().unwrap_err().field(), "idle");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct KeysConfig {
    /// How many keys are kept apart, 1 or more; what exceeds them shares one instance. 1,000 by
    /// default.
    pub max_keys: u32,
    /// A key that nobody uses for this long is forgotten, at the latest after twice as long; more
    /// than zero. 10 minutes by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub idle: Duration,
}

impl KeysConfig {
    /// At most `keys` are kept apart.
    #[must_use]
    pub const fn max_keys(self, keys: u32) -> Self {
        Self { max_keys: keys, ..self }
    }

    /// A key that nobody uses for `time` is forgotten.
    #[must_use]
    pub const fn idle(self, time: Duration) -> Self {
        Self { idle: time, ..self }
    }

    /// Refuses settings that make no sense.
    ///
    /// # Errors
    /// When no key may be kept, or for no time.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let Self { max_keys, idle } = self;
        ensure("max_keys", max_keys, *max_keys > 0, "1 or more")?;
        ensure("idle", idle, !idle.is_zero(), "longer than 0s")
    }
}

impl Default for KeysConfig {
    fn default() -> Self {
        Self { max_keys: 1000, idle: Duration::from_secs(600) }
    }
}
