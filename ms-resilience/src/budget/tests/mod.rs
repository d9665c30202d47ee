//! Budgets through their public names, and their hearts against models.

mod kinds;
#[cfg(ms_loom)]
mod loom;
mod model;
mod settings;
mod stress;

use super::{Budget, BudgetConfig, Funded, Token};

/// An attempt that was paid for is made, and nothing is heard of it again.
fn spend(token: Option<Token>) -> bool {
    token.map(|mut token| token.sent()).is_some()
}

/// How many attempts the budget pays for in a row.
fn affords(budget: &Budget) -> usize {
    std::iter::repeat_with(|| spend(budget.draw())).take(1_000).take_while(|paid| *paid).count()
}

fn times(count: usize, act: impl Fn()) {
    (0..count).for_each(|_| act());
}

fn funded(config: Funded) -> Budget {
    Budget::new(config).unwrap()
}

/// How many tokens a budget holds, the most that it may, how many were spent, how many refused.
fn seen(budget: &Budget) -> (f64, f64, u64, u64) {
    let seen = budget.snapshot();
    (seen.tokens, seen.limit, seen.spent, seen.refused)
}

fn kinds() -> [BudgetConfig; 4] {
    let others = [super::Ratio::default().into(), super::GrpcThrottle::default().into()];
    let [ratio, throttle] = others;
    [BudgetConfig::default(), ratio, throttle, BudgetConfig::Unlimited]
}
