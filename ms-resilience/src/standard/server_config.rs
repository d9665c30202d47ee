//! The settings of a server.

use ms_core::config::{ConfigError, ensure};

use crate::bulkhead::BulkheadConfig;
use crate::deadline::DeadlineConfig;

/// The settings of the stack of a server: what a file says of it.
///
/// ```
/// use ms_resilience::bulkhead::BulkheadConfig;
/// use ms_resilience::standard::StandardServerConfig;
///
/// let config = StandardServerConfig::default().bulkhead(BulkheadConfig::new(200));
/// assert!(config.validate().is_ok());
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct StandardServerConfig {
    /// How it treats the deadlines of its callers.
    pub deadline: DeadlineConfig,
    /// How many requests it works on at a time, until the end of their responses.
    pub bulkhead: BulkheadConfig,
}

impl StandardServerConfig {
    /// How it treats the deadlines of its callers.
    #[must_use]
    pub fn deadline(self, deadline: DeadlineConfig) -> Self {
        Self { deadline, ..self }
    }

    /// How many requests it works on at a time.
    #[must_use]
    pub fn bulkhead(self, bulkhead: BulkheadConfig) -> Self {
        Self { bulkhead, ..self }
    }

    /// Refuses settings that make no sense.
    ///
    /// # Errors
    /// When a setting of a layer is refused, or a request may wait for longer than it gets.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.deadline.validate().map_err(|error| error.within("deadline"))?;
        self.bulkhead.validate().map_err(|error| error.within("bulkhead"))?;
        let wait = self.bulkhead.max_wait;
        let gets = self.deadline.unless_given.unwrap_or(self.deadline.max);
        let is_shorter = self.bulkhead.max_queue == 0 || wait < gets;
        ensure("bulkhead.max_wait", &wait, is_shorter, "shorter than what a caller gets")
    }
}
