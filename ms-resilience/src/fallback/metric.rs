//! What it counts and measures.

use ms_core::registry::Metric;
use ms_core::tally::Outcome;

/// Calls by who answered them.
pub const CALLS: Metric =
    Metric::new("resilience.fallback.calls", "{call}", "Calls by who answered them.");

/// Fallbacks under way.
pub const IN_FLIGHT: Metric =
    Metric::new("resilience.fallback.in_flight", "{call}", "Fallbacks under way.");

/// Who answered a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallOutcome {
    /// The wrapped service: well, or in a way that no fallback is for.
    Primary,
    Degraded,
    NoAnswer,
    TimedOut,
    Full,
    NotKept,
    NotSafe,
    Cancelled,
}

impl Outcome for CallOutcome {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Primary, "primary"),
        (Self::Degraded, "degraded"),
        (Self::NoAnswer, "no_answer"),
        (Self::TimedOut, "timed_out"),
        (Self::Full, "full"),
        (Self::NotKept, "not_kept"),
        (Self::NotSafe, "not_safe"),
        (Self::Cancelled, "cancelled"),
    ];
    const ABANDONED: Self = Self::Cancelled;

    fn index(self) -> usize {
        self as usize
    }
}

impl CallOutcome {
    pub(super) const fn as_str(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}
