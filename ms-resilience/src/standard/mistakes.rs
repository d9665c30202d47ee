//! Pure: settings that make sense one by one and not together.

use std::time::Duration;

use ms_core::config::{ConfigError, ensure};

use crate::breaker::{CircuitBreakerConfig, Window};
use crate::budget::BudgetConfig;
use crate::bulkhead::BulkheadConfig;
use crate::retry::RetryConfig;

/// How long a call and an attempt may take: what the layers between have to fit into.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) total: Duration,
    pub(super) attempt: Duration,
}

impl Times {
    /// An attempt that may take as long as the call leaves nothing for another one.
    pub(super) fn validate(self) -> Result<(), ConfigError> {
        let Self { total, attempt } = self;
        ensure("total", &total, !total.is_zero(), "longer than 0s")?;
        ensure("attempt", &attempt, !attempt.is_zero(), "longer than 0s")?;
        ensure("attempt", &attempt, attempt < total, "shorter than `total`")
    }

    pub(super) fn breaker(self, breaker: &CircuitBreakerConfig) -> Result<(), ConfigError> {
        // Attempts that time out end late: what a window holds must not all be of one moment.
        let is_long = match breaker.window {
            Window::Time(window) => window >= self.attempt.saturating_mul(2),
            Window::Calls(_) | Window::None => true,
        };
        ensure("window", &breaker.window, is_long, "at least twice as long as `attempt`")?;
        let is_reached = breaker.slow_call.is_none_or(|slow| slow < self.attempt);
        ensure("slow_call", &breaker.slow_call, is_reached, "shorter than `attempt`")
    }

    /// Whoever waits for longer than the call may take waits in vain.
    pub(super) fn bulkhead(self, bulkhead: &BulkheadConfig) -> Result<(), ConfigError> {
        let BulkheadConfig { max_concurrent, max_queue, max_wait, .. } = *bulkhead;
        if max_queue == 0 {
            return Ok(());
        }
        ensure("max_wait", &max_wait, max_wait < self.total, "shorter than `total`")?;
        let work = self.attempt.checked_mul(max_queue);
        let at_worst = work.map_or(Duration::MAX, |work| work / max_concurrent.max(1));
        let allowed = "no more than is served within `total` if attempts take all of their time";
        ensure("max_queue", &max_queue, at_worst < self.total, allowed)
    }
}

/// Retries that nothing pays for keep a peer down that is in trouble.
pub(super) fn retry(retry: &RetryConfig) -> Result<(), ConfigError> {
    if retry.attempts == 1 { Ok(()) } else { budget(retry.budget) }
}

/// The same of an account that was given.
pub(super) fn budget(budget: BudgetConfig) -> Result<(), ConfigError> {
    let ends = budget != BudgetConfig::Unlimited;
    ensure("budget", &budget, ends, "one that ends, where calls are tried again")
}
