//! What it reports.

use ms_core::registry::Metric;
use ms_core::tally::Outcome;

/// Calls by how they ended.
pub const CALLS: Metric = Metric::new(
    "resilience.circuit_breaker.calls",
    "{call}",
    "Calls by how they ended; late ones ended after the state had changed.",
);

/// One series for each state: 1 for the one it is in.
pub const STATE: Metric = Metric::new(
    "resilience.circuit_breaker.state",
    "{state}",
    "1 for the state that the circuit is in, 0 for the others.",
);

/// Changes of state.
pub const TRANSITIONS: Metric =
    Metric::new("resilience.circuit_breaker.transitions", "{change}", "Changes into a state.");

/// The share of failed calls in the window.
pub const FAILURE_RATIO: Metric = Metric::new(
    "resilience.circuit_breaker.failure_ratio",
    "1",
    "The share of failed calls in the window.",
);

/// The share of slow calls in the window.
pub const SLOW_RATIO: Metric = Metric::new(
    "resilience.circuit_breaker.slow_ratio",
    "1",
    "The share of slow calls in the window.",
);

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallOutcome {
    Success,
    Failure,
    Slow,
    Neutral,
    Rejected,
    Late,
}

impl Outcome for CallOutcome {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Success, "success"),
        (Self::Failure, "failure"),
        (Self::Slow, "slow"),
        (Self::Neutral, "neutral"),
        (Self::Rejected, "rejected"),
        (Self::Late, "late"),
    ];
    const ABANDONED: Self = Self::Neutral;

    fn index(self) -> usize {
        self as usize
    }
}
