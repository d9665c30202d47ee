//! What it reports.

use ms_core::lease::{Counter, Leases};
use ms_core::registry::{Metric, Readings};

/// Calls by what became of them.
pub const CALLS: Metric =
    Metric::new("resilience.retry.calls", "{call}", "Calls by how they ended, or why no further.");

/// Attempts beyond the first, by their number.
pub const ATTEMPTS: Metric =
    Metric::new("resilience.retry.attempts", "{attempt}", "Attempts that followed a failed one.");

/// How long the pauses before attempts were.
pub const DELAY: Metric = Metric::new(
    "resilience.retry.delay",
    "s",
    "Pauses before attempts that followed a failed one.",
);

/// What is in the budget. Missing where it has no limit.
pub const BUDGET_TOKENS: Metric = Metric::new(
    "resilience.retry.budget.tokens",
    "{token}",
    "How many further attempts the budget would pay for.",
);

/// The most that may be in the budget. Missing where it has no limit.
pub const BUDGET_LIMIT: Metric =
    Metric::new("resilience.retry.budget.limit", "{token}", "The most that the budget may hold.");

/// What was taken out of the budget, by all that share it.
pub const BUDGET_SPENT: Metric =
    Metric::new("resilience.retry.budget.spent", "{token}", "Attempts that the budget paid for.");

/// What the budget did not pay for, of all that share it.
pub const BUDGET_REFUSED: Metric = Metric::new(
    "resilience.retry.budget.refused",
    "{token}",
    "Attempts that the budget did not pay for.",
);

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallOutcome {
    /// It succeeded at the first attempt.
    Success,
    /// It succeeded at a later one.
    Recovered,
    /// Trying again would not mend it.
    NotRetryable,
    /// There was no attempt left.
    Attempts,
    /// Doing its work twice might do harm.
    Unsafe,
    /// The request is not there any more.
    Committed,
    /// The pause would have gone beyond the deadline.
    Deadline,
    /// The budget did not pay.
    Budget,
    /// It was dropped before it ended.
    Cancelled,
}

impl CallOutcome {
    const ALL: [Self; 9] = [
        Self::Success,
        Self::Recovered,
        Self::NotRetryable,
        Self::Attempts,
        Self::Unsafe,
        Self::Committed,
        Self::Deadline,
        Self::Budget,
        Self::Cancelled,
    ];

    /// Its name in metrics and events.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Recovered => "recovered",
            Self::NotRetryable => "not_retryable",
            Self::Attempts => "attempts",
            Self::Unsafe => "unsafe",
            Self::Committed => "committed",
            Self::Deadline => "deadline",
            Self::Budget => "budget",
            Self::Cancelled => "cancelled",
        }
    }
}

/// How many calls ended in which way, of one stripe.
#[derive(Debug, Default)]
pub(super) struct Counts([Counter; CallOutcome::ALL.len()]);

impl Counts {
    #[inline]
    pub(super) fn count(&self, outcome: CallOutcome) {
        self.0[outcome as usize].count();
    }

    /// Reads [`CALLS`] over all stripes.
    pub(super) fn read<T>(leases: &Leases<T, Self>, out: &mut dyn Readings) {
        for outcome in CallOutcome::ALL {
            let count = leases.sum(|counts| &counts.0[outcome as usize]);
            out.counter(&CALLS, &[("outcome", outcome.as_str())], count);
        }
    }
}

/// Attempts beyond the first, by their number.
#[derive(Debug, Default)]
pub(super) struct Retries([Counter; 3]);

impl Retries {
    const NUMBERS: [&'static str; 3] = ["2", "3", "4+"];

    pub(super) fn count(&self, attempt: u32) {
        match attempt {
            0..=2 => self.0[0].count(),
            3 => self.0[1].count(),
            _ => self.0[2].count(),
        }
    }

    pub(super) fn read(&self, out: &mut dyn Readings) {
        for (number, count) in Self::NUMBERS.into_iter().zip(&self.0) {
            out.counter(&ATTEMPTS, &[("attempt", number)], count.get());
        }
    }
}
