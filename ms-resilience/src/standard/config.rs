//! The settings.

use std::time::Duration;

use ms_core::config::ConfigError;

use super::mistakes::{self, Times};
use crate::breaker::CircuitBreakerConfig;
use crate::bulkhead::BulkheadConfig;
use crate::retry::RetryConfig;
use crate::timeout::TimeoutConfig;

/// The settings of a whole stack: what a file says of one client.
///
/// ```
/// use ms_resilience::standard::StandardConfig;
/// use std::time::Duration;
///
/// let config = StandardConfig::default().attempt(Duration::from_secs(9));
/// let refused = config.validate().unwrap_err();
/// assert_eq!(refused.to_string(), "`attempt` is 9s, but must be shorter than `total`");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct StandardConfig {
    /// How long a whole call may take, with all attempts and pauses. 5 s by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub total: Duration,
    /// How long one attempt may take; shorter than `total`. 1 s by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub attempt: Duration,
    /// How often a call is tried, and what pays for it; one attempt turns it off.
    pub retry: RetryConfig,
    /// When the circuit opens; its mode `disabled` turns it off.
    pub breaker: CircuitBreakerConfig,
    /// How many attempts may be in flight.
    pub bulkhead: BulkheadConfig,
}

impl StandardConfig {
    /// How long a whole call may take.
    #[must_use]
    pub fn total(self, total: Duration) -> Self {
        Self { total, ..self }
    }

    /// How long one attempt may take.
    #[must_use]
    pub fn attempt(self, attempt: Duration) -> Self {
        Self { attempt, ..self }
    }

    /// How often a call is tried, and what pays for it.
    #[must_use]
    pub fn retry(self, retry: RetryConfig) -> Self {
        Self { retry, ..self }
    }

    /// When the circuit opens.
    #[must_use]
    pub fn breaker(self, breaker: CircuitBreakerConfig) -> Self {
        Self { breaker, ..self }
    }

    /// How many attempts may be in flight.
    #[must_use]
    pub fn bulkhead(self, bulkhead: BulkheadConfig) -> Self {
        Self { bulkhead, ..self }
    }

    /// Refuses settings that make no sense, each by itself or together.
    ///
    /// # Errors
    /// When a setting of a layer is refused, or layers would work against each other.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let Self { total, attempt, retry, breaker, bulkhead } = self;
        let times = Times { total: *total, attempt: *attempt };
        times.validate()?;
        let within = |section: &'static str| move |error: ConfigError| error.within(section);
        retry.validate().and_then(|()| mistakes::retry(retry)).map_err(within("retry"))?;
        breaker.validate().and_then(|()| times.breaker(breaker)).map_err(within("breaker"))?;
        bulkhead.validate().and_then(|()| times.bulkhead(bulkhead)).map_err(within("bulkhead"))
    }
}

impl Default for StandardConfig {
    fn default() -> Self {
        Self {
            total: TimeoutConfig::total().limit,
            attempt: TimeoutConfig::attempt().limit,
            retry: RetryConfig::default(),
            breaker: CircuitBreakerConfig::default(),
            bulkhead: BulkheadConfig::default(),
        }
    }
}
