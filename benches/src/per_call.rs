//! What one call costs, kept as it was counted: without rounding.

use std::fmt;

/// A count over many calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerCall {
    total: u64,
    calls: u64,
}

impl PerCall {
    /// `total` over `calls` calls, of which there is at least one.
    #[must_use]
    pub fn new(total: u64, calls: u64) -> Self {
        Self { total, calls: calls.max(1) }
    }

    /// Whether a call costs more than `budget`.
    #[must_use]
    pub const fn exceeds(self, budget: u64) -> bool {
        self.total > budget * self.calls
    }

    /// How many times as much as `other`, in tenths; nothing if that costs nothing.
    #[must_use]
    pub const fn tenths_of(self, other: Self) -> Option<u64> {
        (10 * self.total * other.calls).checked_div(other.total * self.calls)
    }
}

/// Rounded up to a tenth, so that what exceeds a budget never looks as if it did not.
impl fmt::Display for PerCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (10 * self.total).div_ceil(self.calls);
        match (tenths / 10, tenths % 10) {
            (whole, 0) => f.pad(&whole.to_string()),
            (whole, tenth) => f.pad(&format!("{whole}.{tenth}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_itself_is_allowed_and_a_fraction_more_is_not() {
        assert!(!PerCall::new(60_000, 1000).exceeds(60));
        assert!(PerCall::new(60_001, 1000).exceeds(60));
    }

    #[test]
    fn what_is_shown_is_never_less_than_it_is() {
        assert_eq!(PerCall::new(60_000, 1000).to_string(), "60");
        assert_eq!(PerCall::new(60_001, 1000).to_string(), "60.1");
    }

    #[test]
    fn a_ratio_to_nothing_is_none() {
        let (two, three) = (PerCall::new(200, 100), PerCall::new(30, 10));
        assert_eq!(three.tenths_of(two), Some(15));
        assert_eq!(two.tenths_of(PerCall::new(0, 100)), None);
    }
}
