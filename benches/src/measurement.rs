//! What one call of a case costs.

use crate::callgrind::{self, Counts};
use crate::case::Case;
use crate::per_call::PerCall;
use crate::trouble::Trouble;

/// How many calls one step makes.
const CALLS: u64 = 1000;

/// By how much two steps may differ. A timer wheel turns as time goes by, and so does a window:
/// what that costs once in a step is less than an instruction for each call.
const ONCE: u64 = CALLS - 1;

/// What one call costs.
#[derive(Debug, Clone, Copy)]
pub struct Measurement {
    /// Instructions.
    pub instructions: PerCall,
    /// Allocations.
    pub allocations: PerCall,
}

/// Measures `case` by three runs: of one, two and three steps.
///
/// What is the same in every run, such as building the service, cancels in the differences.
///
/// # Errors
/// When it cannot be measured, or its cost does not repeat.
pub fn measure(case: &Case) -> Result<Measurement, Trouble> {
    three_runs(case.name).map_err(|trouble| Trouble::Case(case.name, Box::new(trouble)))
}

fn three_runs(case: &str) -> Result<Measurement, Trouble> {
    let run = |steps| callgrind::run(case, steps * CALLS);
    from_runs([run(1)?, run(2)?, run(3)?])
}

fn from_runs(runs: [Counts; 3]) -> Result<Measurement, Trouble> {
    let instructions = steady("instructions", ONCE, runs.map(|counts| counts.instructions))?;
    let allocations = steady("allocations", 0, runs.map(|counts| counts.allocations))?;
    Ok(Measurement { instructions, allocations })
}

fn steady(
    what: &'static str,
    tolerance: u64,
    [one, two, three]: [u64; 3],
) -> Result<PerCall, Trouble> {
    let (first, second) = (two.saturating_sub(one), three.saturating_sub(two));
    if first.abs_diff(second) > tolerance || two < one {
        return Err(Trouble::Unsteady { what, first, second });
    }
    Ok(PerCall::new(second, CALLS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(instructions: [u64; 3]) -> [Counts; 3] {
        instructions.map(|instructions| Counts { instructions, allocations: 9 })
    }

    #[test]
    fn what_every_run_pays_once_cancels() {
        let measured = from_runs(runs([70_555, 130_555, 190_555])).unwrap();
        assert_eq!(measured.instructions, PerCall::new(60_000, CALLS));
        assert_eq!(measured.allocations, PerCall::new(0, CALLS));
    }

    #[test]
    fn what_happens_once_in_a_while_is_not_the_cost_of_a_call() {
        let measured = from_runs(runs([70_555, 130_555, 191_554])).unwrap();
        assert_eq!(measured.instructions, PerCall::new(60_999, CALLS));
        assert!(from_runs(runs([70_555, 130_555, 191_555])).is_err());
    }

    #[test]
    fn a_cost_that_does_not_repeat_is_no_measurement() {
        let error = from_runs(runs([1000, 2000, 4000])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "instructions do not repeat: 1000, then 2000 for as many calls"
        );
    }

    #[test]
    fn a_cost_that_falls_is_no_measurement() {
        assert!(from_runs(runs([2000, 1000, 3000])).is_err());
    }
}
