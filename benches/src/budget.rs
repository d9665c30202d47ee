//! What a call may cost: the numbers of the specification, for what exists.

/// What a call of one case may cost at most.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// The name of the case.
    pub case: &'static str,
    /// Instructions, where there is a limit.
    pub instructions: Option<u64>,
    /// Allocations.
    pub allocations: u64,
}

/// By the name of the case. No call that is accepted allocates, whether it has a budget of
/// instructions or not.
pub const BUDGETS: [Budget; 6] = [
    budget("timeout/attempt", Some(60)),
    budget("timeout/attempt/pending", None),
    budget("timeout/attempt/deadline", Some(60)),
    budget("timeout/attempt/deadline/pending", None),
    budget("timeout/total", None),
    budget("timeout/total/pending", None),
];

/// What others have measured on another machine, in instructions: how far the method agrees.
const KNOWN: [(&str, u64); 4] =
    [("bare", 7), ("bare/boxed", 197), ("timeout/tower", 189), ("timeout/tower-resilience", 714)];

/// The budget of a case, if it has one.
#[must_use]
pub fn find(case: &str) -> Option<&'static Budget> {
    BUDGETS.iter().find(|budget| budget.case == case)
}

/// The instructions that are known of a case that is not ours.
#[must_use]
pub fn known(case: &str) -> Option<u64> {
    KNOWN.iter().find(|(name, _)| *name == case).map(|(_, instructions)| *instructions)
}

const fn budget(case: &'static str, instructions: Option<u64>) -> Budget {
    Budget { case, instructions, allocations: 0 }
}
