//! What a cache counts and measures.

use ms_core::registry::Metric;
use ms_core::tally::Outcome;

/// Answers that are kept.
pub const ENTRIES: Metric =
    Metric::new("resilience.fallback.cache.entries", "{answer}", "Answers that are kept.");

/// How much they weigh.
pub const WEIGHT: Metric =
    Metric::new("resilience.fallback.cache.weight", "By", "How much the kept answers weigh.");

/// Answers that are not kept any more, by why.
pub const EVICTIONS: Metric = Metric::new(
    "resilience.fallback.cache.evictions",
    "{answer}",
    "Answers that went, since they were too old or others needed the room.",
);

/// Calls that wait for another one that gets the same.
pub const WAITING: Metric = Metric::new(
    "resilience.fallback.cache.waiting",
    "{call}",
    "Calls that wait for another one that gets the same.",
);

/// Who answered a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallOutcome {
    Primary,
    Fresh,
    Shared,
    Degraded,
    NoAnswer,
    Cancelled,
}

impl Outcome for CallOutcome {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Primary, "primary"),
        (Self::Fresh, "fresh"),
        (Self::Shared, "shared"),
        (Self::Degraded, "degraded"),
        (Self::NoAnswer, "no_answer"),
        (Self::Cancelled, "cancelled"),
    ];
    const ABANDONED: Self = Self::Cancelled;

    fn index(self) -> usize {
        self as usize
    }
}
