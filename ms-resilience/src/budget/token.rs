//! The right to one attempt more.

use std::sync::Arc;

use super::account::{Account, Source};

/// The right to one attempt beyond the first: made by [`Budget::draw`](super::Budget::draw).
///
/// Dropped before the attempt is [made](Self::sent), it goes back into the budget. Once the
/// attempt is made it is spent, however that ends, unless it turns out that our own side
/// [refused](Self::give_back) it.
///
/// ```
/// use ms_resilience::budget::Budget;
///
/// let budget = Budget::default();
/// drop(budget.draw()); // whoever drew it went away during the pause
/// assert_eq!(budget.snapshot().tokens, 1.0);
///
/// let mut token = budget.draw().unwrap();
/// token.sent();
/// drop(token);
/// assert_eq!((budget.snapshot().tokens, budget.snapshot().spent), (0.0, 1));
/// ```
#[derive(Debug)]
#[must_use = "dropped, it goes back"]
pub struct Token {
    account: Arc<Account>,
    source: Source,
    is_sent: bool,
}

impl Token {
    pub(super) const fn new(account: Arc<Account>, source: Source) -> Self {
        Self { account, source, is_sent: false }
    }

    /// The attempt is made.
    pub const fn sent(&mut self) {
        self.is_sent = true;
    }

    /// The attempt succeeded.
    pub fn succeed(mut self) {
        self.sent();
        self.account.succeed_again();
    }

    /// The attempt failed.
    pub fn fail(mut self) {
        self.sent();
        self.account.fail_again();
    }

    /// The attempt was refused by our own side: the peer never saw it.
    pub fn give_back(mut self) {
        self.is_sent = false;
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        if self.is_sent {
            self.account.spent.count();
        } else {
            self.account.give_back(self.source);
        }
    }
}
