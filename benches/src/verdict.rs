//! Whether a measurement keeps its budget.

use std::fmt;

use crate::budget::Budget;
use crate::measurement::Measurement;

/// Whether a measurement keeps its budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// There is none.
    Unlimited,
    /// It does.
    Within,
    /// It does not: in instructions, in allocations, or in both.
    Over {
        /// Too many instructions.
        instructions: bool,
        /// Too many allocations.
        allocations: bool,
    },
}

impl Verdict {
    /// Compares what was measured with what is allowed.
    #[must_use]
    pub fn of(measured: &Measurement, budget: Option<&Budget>) -> Self {
        let Some(budget) = budget else { return Self::Unlimited };
        let instructions =
            budget.instructions.is_some_and(|limit| measured.instructions.exceeds(limit));
        let allocations = measured.allocations.exceeds(budget.allocations);
        if instructions || allocations {
            Self::Over { instructions, allocations }
        } else {
            Self::Within
        }
    }

    /// Whether the budget is exceeded.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Over { .. })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Unlimited => "",
            Self::Within => "ok",
            Self::Over { instructions: true, allocations: false } => "OVER in instructions",
            Self::Over { instructions: false, .. } => "OVER in allocations",
            Self::Over { .. } => "OVER in both",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::per_call::PerCall;

    fn verdict(instructions: Option<u64>, allocations: u64) -> String {
        let measured = Measurement {
            instructions: PerCall::new(60_000, 1000),
            allocations: PerCall::new(1000, 1000),
        };
        let budget = Budget { case: "a", instructions, allocations };
        Verdict::of(&measured, Some(&budget)).to_string()
    }

    #[test]
    fn a_budget_that_is_used_up_is_kept() {
        assert_eq!(verdict(Some(60), 1), "ok");
        assert_eq!(verdict(None, 1), "ok");
    }

    #[test]
    fn a_lowered_budget_fails() {
        assert_eq!(verdict(Some(59), 1), "OVER in instructions");
        assert_eq!(verdict(Some(60), 0), "OVER in allocations");
        assert_eq!(verdict(None, 0), "OVER in allocations");
        assert_eq!(verdict(Some(59), 0), "OVER in both");
    }
}
