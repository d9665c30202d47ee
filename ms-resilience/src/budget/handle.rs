//! The account that policies draw on.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ms_core::clock::now;
use ms_core::config::ConfigError;

use super::account::Account;
use super::config::{BudgetConfig, GrpcThrottle, Ratio};
use super::snapshot::Snapshot;
use super::token::Token;

/// What pays for attempts beyond the first. Copies are one account, whichever policies have them.
///
/// ```
/// use ms_resilience::budget::Budget;
///
/// let budget = Budget::default();
/// let mut token = budget.draw().unwrap(); // there is one to start with
/// token.sent();
/// token.succeed();
/// assert!(budget.draw().is_none());
///
/// (0..9).for_each(|_| budget.succeed());
/// assert!(budget.draw().is_some()); // ten successes pay for an attempt
/// ```
#[derive(Clone)]
pub struct Budget(Arc<Account>);

impl Budget {
    /// A budget with the settings of `config`.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn new(config: impl Into<BudgetConfig>) -> Result<Self, ConfigError> {
        let config = config.into();
        config.validate()?;
        Ok(Self::build(config))
    }

    /// At most `share` attempts more for each call of the last `window`, without a reserve.
    ///
    /// # Errors
    /// When the share or the window makes no sense.
    ///
    /// ```
    /// use ms_resilience::budget::Budget;
    /// use std::time::Duration;
    ///
    /// let budget = Budget::ratio(0.2, Duration::from_secs(10))?;
    /// (0..5).for_each(|_| budget.fail());
    /// let token = budget.draw();
    /// assert!(token.is_some() && budget.draw().is_none());
    /// # Ok::<(), ms_core::config::ConfigError>(())
    /// ```
    pub fn ratio(share: f64, window: Duration) -> Result<Self, ConfigError> {
        Self::new(Ratio::default().share(share).window(window))
    }

    /// As gRPC throttles retries: a failure costs 1 of `max_tokens`, a success adds `token_ratio`,
    /// and there are further attempts while more than half is left.
    ///
    /// # Errors
    /// When a number makes no sense.
    ///
    /// ```
    /// use ms_resilience::budget::Budget;
    ///
    /// let budget = Budget::grpc_throttle(4, 0.5)?;
    /// budget.fail();
    /// assert!(budget.draw().is_some()); // 3 of 4 are left
    /// budget.fail();
    /// assert!(budget.draw().is_none());
    /// budget.succeed();
    /// assert!(budget.draw().is_some());
    /// # Ok::<(), ms_core::config::ConfigError>(())
    /// ```
    pub fn grpc_throttle(max_tokens: u32, token_ratio: f64) -> Result<Self, ConfigError> {
        Self::new(GrpcThrottle::default().max_tokens(max_tokens).token_ratio(token_ratio))
    }

    /// Pays for whatever is asked: only where something else bounds the attempts.
    #[must_use]
    pub fn unlimited() -> Self {
        Self::build(BudgetConfig::Unlimited)
    }

    /// A first attempt succeeded. Where the account is full, this is one look.
    #[inline]
    pub fn succeed(&self) {
        if !self.0.tokens.is_full() {
            self.fund();
        }
    }

    /// A first attempt failed: not one that our own side refused.
    pub fn fail(&self) {
        self.0.fail(now);
    }

    /// The right to one attempt beyond the first, if the budget pays for it.
    #[must_use]
    pub fn draw(&self) -> Option<Token> {
        let source = self.0.draw(now)?;
        Some(Token::new(Arc::clone(&self.0), source))
    }

    /// What there is at this moment.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.0.snapshot(now())
    }

    /// The settings that are in force.
    #[must_use]
    pub fn config(&self) -> BudgetConfig {
        self.0.config()
    }

    /// Takes over other settings. What is held is kept, up to a new cap; another kind of budget, or
    /// a window of another length, starts anew.
    ///
    /// # Errors
    /// When a setting makes no sense; the old ones stay in force.
    pub fn reconfigure(&self, config: impl Into<BudgetConfig>) -> Result<(), ConfigError> {
        let config = config.into();
        config.validate()?;
        self.0.reconfigure(config);
        Ok(())
    }

    /// Another account with the same settings.
    pub(crate) fn anew(&self) -> Self {
        Self::build(self.config())
    }

    fn build(config: BudgetConfig) -> Self {
        Self(Arc::new(Account::new(config, now())))
    }

    #[inline(never)]
    fn fund(&self) {
        self.0.succeed(now);
    }
}

/// Funded by successes.
impl Default for Budget {
    fn default() -> Self {
        Self::build(BudgetConfig::default())
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget")
            .field("config", &self.config())
            .field("snapshot", &self.snapshot())
            .finish()
    }
}
