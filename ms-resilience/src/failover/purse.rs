//! What pays for sending a request again, and whose it is.

use ms_core::registry::Readings;

use super::metric::{BUDGET_LIMIT, BUDGET_REFUSED, BUDGET_SPENT, BUDGET_TOKENS};
use crate::budget::Budget;

/// What pays for sending a request again.
#[derive(Debug, Clone)]
pub(super) struct Purse {
    pub(super) budget: Budget,
    /// What hears how attempts end: the same, or, where a policy further out tells it, one that
    /// does not listen.
    funded: Budget,
    whose: Whose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Of this policy, as its settings say.
    Own,
    /// Given, and funded by this policy as well.
    Given,
    /// Funded by a policy further out, which sees the same calls.
    Drawn,
}

impl Purse {
    pub(super) fn own(budget: Budget) -> Self {
        Self { funded: budget.clone(), budget, whose: Whose::Own }
    }

    pub(super) fn given(budget: Budget) -> Self {
        Self { funded: budget.clone(), budget, whose: Whose::Given }
    }

    pub(super) fn drawn(budget: Budget) -> Self {
        Self { funded: Budget::unlimited(), budget, whose: Whose::Drawn }
    }

    pub(super) fn is_own(&self) -> bool {
        self.whose == Whose::Own
    }

    /// Whether it hears how attempts end.
    pub(super) fn is_funded(&self) -> bool {
        self.whose != Whose::Drawn
    }

    /// An attempt succeeded that nothing had to be paid for.
    #[inline]
    pub(super) fn succeed(&self) {
        self.funded.succeed();
    }

    /// An attempt failed that nothing had to be paid for.
    pub(super) fn fail(&self) {
        self.funded.fail();
    }

    pub(super) fn read(&self, out: &mut dyn Readings) {
        let budget = self.budget.snapshot();
        if budget.limit.is_finite() {
            out.gauge(&BUDGET_TOKENS, &[], budget.tokens);
            out.gauge(&BUDGET_LIMIT, &[], budget.limit);
        }
        out.counter(&BUDGET_SPENT, &[], budget.spent);
        out.counter(&BUDGET_REFUSED, &[], budget.refused);
    }

    /// What another policy with the same settings draws on.
    pub(super) fn anew(&self) -> Self {
        if !self.is_own() {
            return self.clone();
        }
        Self::own(self.budget.anew())
    }
}
