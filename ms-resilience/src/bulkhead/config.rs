//! The settings.

use std::time::Duration;

use ms_core::config::{ConfigError, ensure};

/// The most calls that a bulkhead can count: in flight, and waiting.
pub(super) const MOST: u32 = (1 << 21) - 1;

/// How many calls may be in flight, and how many may wait for how long.
///
/// ```
/// use ms_resilience::bulkhead::BulkheadConfig;
/// use std::time::Duration;
///
/// let config = BulkheadConfig::new(20).max_queue(10).max_wait(Duration::ZERO);
/// assert_eq!(config.validate().unwrap_err().field(), "max_wait");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct BulkheadConfig {
    /// How many calls may be in flight; at most 2,097,151, and 0 closes the bulkhead. 100 by
    /// default.
    pub max_concurrent: u32,
    /// How many calls may wait; at most 2,097,151. None by default: what finds no place is
    /// rejected at once.
    pub max_queue: u32,
    /// How long a call may wait; more than zero where any may. 100 ms by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub max_wait: Duration,
}

impl BulkheadConfig {
    /// At most `max_concurrent` calls are in flight, and none waits.
    #[must_use]
    pub const fn new(max_concurrent: u32) -> Self {
        Self { max_concurrent, max_queue: 0, max_wait: Duration::from_millis(100) }
    }

    /// At most `calls` are in flight; 0 closes the bulkhead.
    #[must_use]
    pub const fn max_concurrent(self, calls: u32) -> Self {
        Self { max_concurrent: calls, ..self }
    }

    /// At most `calls` wait.
    #[must_use]
    pub const fn max_queue(self, calls: u32) -> Self {
        Self { max_queue: calls, ..self }
    }

    /// A call waits for `time` at most.
    #[must_use]
    pub const fn max_wait(self, time: Duration) -> Self {
        Self { max_wait: time, ..self }
    }

    /// Refuses settings that make no sense.
    ///
    /// # Errors
    /// When a number of calls is more than can be counted, or calls may wait for no time.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let Self { max_concurrent, max_queue, max_wait } = self;
        ensure_countable("max_concurrent", *max_concurrent)?;
        ensure_countable("max_queue", *max_queue)?;
        let is_bounded = *max_queue == 0 || !max_wait.is_zero();
        ensure("max_wait", max_wait, is_bounded, "longer than 0s where calls may wait")
    }
}

impl Default for BulkheadConfig {
    fn default() -> Self {
        Self::new(100)
    }
}

/// Refuses more calls than can be counted.
pub(super) fn ensure_countable(field: &'static str, calls: u32) -> Result<(), ConfigError> {
    ensure(field, &calls, calls <= MOST, "at most 2097151")
}
