//! What a call may cost.
//!
//! The numbers for calls that are answered at once were set before the code was written. Those for
//! a whole timeout and for calls that have to wait keep what was reached, with a tenth to spare:
//! by so much they differ from build to build.

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
pub const BUDGETS: [Budget; 34] = [
    budget("breaker/consecutive", Some(150)),
    budget("breaker/calls", Some(180)),
    budget("breaker/time", Some(270)),
    budget("breaker/time/slow", Some(270)),
    budget("breaker/time/slow/pending", None),
    budget("breaker/time/per-key", None),
    budget("breaker/open", Some(260)),
    budget("bulkhead", Some(130)),
    budget("bulkhead/pending", Some(150)),
    budget("bulkhead/full", Some(290)),
    budget("bulkhead/keyed", Some(340)),
    budget("failover", Some(120)),
    budget("failover/pending", Some(175)),
    budget("failover/fallible", Some(140)),
    budget("failover/breaker", None),
    budget("failover/away", None),
    budget("retry", Some(70)),
    budget("retry/pending", Some(75)),
    budget("retry/fallible", Some(90)),
    budget("retry/fallible/pending", Some(110)),
    budget("fallback/value", Some(80)),
    budget("fallback/value/pending", Some(80)),
    budget("fallback/function", Some(110)),
    budget("fallback/service", Some(110)),
    budget("timeout/attempt", Some(60)),
    budget("timeout/attempt/pending", Some(860)),
    budget("timeout/attempt/deadline", Some(60)),
    budget("timeout/attempt/deadline/pending", Some(900)),
    budget("timeout/total", Some(220)),
    budget("timeout/total/pending", Some(1280)),
    budget("stack", None),
    budget("stack/pending", None),
    budget("standard", None),
    budget("standard/pending", None),
];

/// What others have measured on another machine, in instructions: how far the method agrees.
const KNOWN: [(&str, u64); 8] = [
    ("bare", 7),
    ("bare/boxed", 197),
    ("bulkhead/tower", 175),
    ("bulkhead/tower-resilience", 1061),
    ("retry/tower", 68),
    ("retry/tower/budget", 212),
    ("timeout/tower", 189),
    ("timeout/tower-resilience", 714),
];

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
