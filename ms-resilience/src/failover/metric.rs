//! What it reports.

use ms_core::lease::{Counter, Leases};
use ms_core::registry::{Metric, Readings};

use super::roster::MOST;

/// Calls by what became of them.
pub const CALLS: Metric = Metric::new(
    "resilience.failover.calls",
    "{call}",
    "Calls by who answered, or why they did not go on to another endpoint.",
);

/// What endpoints were asked, by how that ended.
pub const ENDPOINT_CALLS: Metric = Metric::new(
    "resilience.failover.endpoint.calls",
    "{call}",
    "What an endpoint was asked, by how that ended.",
);

/// The share of calls that goes to an endpoint, were it the first.
pub const ENDPOINT_SHARE: Metric = Metric::new(
    "resilience.failover.endpoint.share",
    "1",
    "1 for an endpoint that is trusted, 0 for one that was left, between if it returns.",
);

/// How often endpoints were left.
pub const ENDPOINT_LEFT: Metric =
    Metric::new("resilience.failover.endpoint.left", "{change}", "How often it was left.");

/// What is in the budget. Missing where it has no limit.
pub const BUDGET_TOKENS: Metric = Metric::new(
    "resilience.failover.budget.tokens",
    "{token}",
    "How many requests the budget would pay for that another endpoint may have got already.",
);

/// The most that may be in the budget. Missing where it has no limit.
pub const BUDGET_LIMIT: Metric = Metric::new(
    "resilience.failover.budget.limit",
    "{token}",
    "The most that the budget may hold.",
);

/// What was taken out of the budget, by all that share it.
pub const BUDGET_SPENT: Metric =
    Metric::new("resilience.failover.budget.spent", "{token}", "What the budget paid for.");

/// What the budget did not pay for, of all that share it.
pub const BUDGET_REFUSED: Metric = Metric::new(
    "resilience.failover.budget.refused",
    "{token}",
    "What the budget did not pay for.",
);

/// What became of a call. One more is that the endpoint which was asked first gave the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallOutcome {
    /// Another endpoint gave the answer.
    Moved,
    /// No endpoint was left to be asked.
    Failed,
    /// Another endpoint would not have mended it.
    Final,
    /// Doing its work twice might do harm.
    Unsafe,
    /// The request is not there any more.
    Committed,
    /// The time was over.
    Deadline,
    /// The budget did not pay.
    Budget,
    /// No endpoint was asked, since none was available or ready.
    Rejected,
    /// It was dropped before it ended.
    Cancelled,
}

impl CallOutcome {
    const ALL: [Self; 9] = [
        Self::Moved,
        Self::Failed,
        Self::Final,
        Self::Unsafe,
        Self::Committed,
        Self::Deadline,
        Self::Budget,
        Self::Rejected,
        Self::Cancelled,
    ];

    /// Its name in metrics and events.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::Failed => "failed",
            Self::Final => "final",
            Self::Unsafe => "unsafe",
            Self::Committed => "committed",
            Self::Deadline => "deadline",
            Self::Budget => "budget",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
        }
    }
}

/// How it ended that an endpoint was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Answered,
    Failed,
    Rejected,
    NotReady,
    Cancelled,
}

impl Ending {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Answered, "answered"),
        (Self::Failed, "failed"),
        (Self::Rejected, "rejected"),
        (Self::NotReady, "not_ready"),
        (Self::Cancelled, "cancelled"),
    ];
}

/// How many calls were answered by the endpoint that they asked first, for each endpoint: of one
/// stripe.
#[derive(Debug, Default)]
pub(super) struct Answers([Counter; MOST]);

impl Answers {
    #[inline]
    pub(super) fn count(&self, index: usize) {
        self.0[index % MOST].count();
    }

    /// Over all stripes.
    pub(super) fn sum<T>(leases: &Leases<T, Self>, index: usize) -> u64 {
        leases.sum(|answers| &answers.0[index % MOST])
    }
}

/// What became of calls that were not answered at once.
#[derive(Debug, Default)]
pub(super) struct Outcomes([Counter; CallOutcome::ALL.len()]);

impl Outcomes {
    pub(super) fn count(&self, outcome: CallOutcome) {
        self.0[outcome as usize].count();
    }

    /// Together with those that were `answered` at once.
    pub(super) fn read(&self, answered: u64, out: &mut dyn Readings) {
        out.counter(&CALLS, &[("outcome", "answered")], answered);
        for outcome in CallOutcome::ALL {
            let count = self.0[outcome as usize].get();
            out.counter(&CALLS, &[("outcome", outcome.as_str())], count);
        }
    }
}

/// How it ended that one endpoint was asked, but for calls that it answered as the first.
#[derive(Debug, Default)]
pub(super) struct Endings([Counter; Ending::ALL.len()]);

impl Endings {
    pub(super) fn count(&self, ending: Ending) {
        self.0[ending as usize].count();
    }

    /// Together with those that it `answered` as the first.
    pub(super) fn read(&self, endpoint: &str, answered: u64, out: &mut dyn Readings) {
        for (ending, name) in Ending::ALL {
            let more = if ending == Ending::Answered { answered } else { 0 };
            let count = self.0[ending as usize].get().wrapping_add(more);
            out.counter(&ENDPOINT_CALLS, &[("endpoint", endpoint), ("outcome", name)], count);
        }
    }
}
