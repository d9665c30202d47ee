//! The settings.

use std::time::Duration;

use ms_core::config::{ConfigError, ensure};

use crate::budget::BudgetConfig;
use crate::schedule::Backoff;

/// How often a call is tried, how long it pauses between, and what pays for it.
///
/// ```
/// use ms_resilience::budget::Funded;
/// use ms_resilience::retry::RetryConfig;
/// use ms_resilience::schedule::Backoff;
/// use std::time::Duration;
///
/// let config = RetryConfig::default()
///     .attempts(4)
///     .backoff(Backoff::exponential(Duration::from_millis(20)))
///     .budget(Funded::default().cap(50.0));
/// assert!(config.validate().is_ok());
/// assert_eq!(config.attempts(0).validate().unwrap_err().field(), "attempts");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct RetryConfig {
    /// How often a call is tried in all; 1 or more, and 1 tries nothing again. 3 by default.
    pub attempts: u32,
    /// The longest that a peer or a rejection may ask us to wait; what exceeds it is cut to it. 0
    /// heeds nobody. 30 s by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub longest_hint: Duration,
    /// How many bytes of a request body are kept to be sent again. 65,536 by default.
    pub keep: usize,
    /// Whether calls are tried again that our own side refused further in, as an open circuit
    /// does. They are not by default.
    pub retry_rejections: bool,
    /// How long the pauses between attempts are. Exponential from 50 ms, at most 2 s, with full
    /// jitter by default.
    pub backoff: Backoff,
    /// What pays for attempts beyond the first. Funded by successes by default.
    pub budget: BudgetConfig,
}

impl RetryConfig {
    /// How often a call is tried in all.
    #[must_use]
    pub const fn attempts(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// The longest that a peer or a rejection may ask us to wait.
    #[must_use]
    pub const fn longest_hint(self, longest_hint: Duration) -> Self {
        Self { longest_hint, ..self }
    }

    /// How many bytes of a request body are kept to be sent again.
    #[must_use]
    pub const fn keep(self, keep: usize) -> Self {
        Self { keep, ..self }
    }

    /// Whether calls are tried again that our own side refused further in.
    #[must_use]
    pub const fn retry_rejections(self, retry_rejections: bool) -> Self {
        Self { retry_rejections, ..self }
    }

    /// How long the pauses between attempts are.
    #[must_use]
    pub const fn backoff(self, backoff: Backoff) -> Self {
        Self { backoff, ..self }
    }

    /// What pays for attempts beyond the first.
    #[must_use]
    pub fn budget(self, budget: impl Into<BudgetConfig>) -> Self {
        Self { budget: budget.into(), ..self }
    }

    /// Refuses settings that make no sense.
    ///
    /// # Errors
    /// When there is no attempt, or the pauses or the budget make no sense.
    pub fn validate(&self) -> Result<(), ConfigError> {
        ensure("attempts", &self.attempts, self.attempts > 0, "1 or more")?;
        self.backoff.validate().map_err(|error| error.within("backoff"))?;
        self.budget.validate().map_err(|error| error.within("budget"))
    }
}

impl Default for RetryConfig {
    fn default() -> Self {
        Self {
            attempts: 3,
            longest_hint: Duration::from_secs(30),
            keep: 64 * 1024,
            retry_rejections: false,
            backoff: Backoff::default(),
            budget: BudgetConfig::default(),
        }
    }
}
