//! What was measured, for people and for machines.

use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};

use crate::budget::{self, Budget};
use crate::case::{Case, Role};
use crate::measurement::Measurement;
use crate::per_call::PerCall;
use crate::verdict::Verdict;

/// One line for each case, in the order of measuring.
#[derive(Debug, Default)]
pub struct Report(Vec<Row>);

#[derive(Debug)]
struct Row {
    case: &'static Case,
    measured: Measurement,
    budget: Option<&'static Budget>,
    verdict: Verdict,
}

impl Report {
    /// Adds and judges what was measured.
    pub fn add(&mut self, case: &'static Case, measured: Measurement) {
        let budget = budget::find(case.name);
        let verdict = Verdict::of(&measured, budget);
        self.0.push(Row { case, measured, budget, verdict });
    }

    /// Whether nothing was measured.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of the cases that exceed their budgets.
    pub fn over(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().filter(|row| row.verdict.is_over()).map(|row| row.case.name)
    }

    /// The same for machines: an array of cases. A missing number is `null`.
    #[must_use]
    pub fn json(&self) -> Value {
        self.0.iter().map(|row| self.json_of(row)).collect()
    }

    fn json_of(&self, row: &Row) -> Value {
        json!({
            "case": row.case.name,
            "instructions": number(row.measured.instructions),
            "instructions_budget": row.budget.and_then(|budget| budget.instructions),
            "instructions_known": budget::known(row.case.name),
            "allocations": number(row.measured.allocations),
            "allocations_budget": row.budget.map(|budget| budget.allocations),
            "over": row.verdict.is_over(),
            "peer_of": self.counterpart(row).map(|ours| ours.case.name),
        })
    }

    fn note(&self, row: &Row) -> String {
        let ratio = self.counterpart(row).and_then(|ours| {
            let tenths = row.measured.instructions.tenths_of(ours.measured.instructions)?;
            Some(format!("{}.{} × {}", tenths / 10, tenths % 10, ours.case.name))
        });
        let known = budget::known(row.case.name).map(|known| format!("known as {known}"));
        let verdict = Some(row.verdict.to_string()).filter(|verdict| !verdict.is_empty());
        [verdict, ratio, known].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Our case with which a peer's is compared, if it was measured too.
    fn counterpart(&self, row: &Row) -> Option<&Row> {
        let Role::Peer { of } = row.case.role else { return None };
        self.0.iter().find(|row| row.case.name == of)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|row| row.case.name.len()).max().unwrap_or_default();
        let head = ["instr", "budget", "allocs", "budget"].map(|title| format!("{title:>7}"));
        writeln!(f, "{:width$} {}  verdict", "case", head.join(" "))?;
        for row in &self.0 {
            let instructions = row.budget.and_then(|budget| budget.instructions);
            let allocations = row.budget.map(|budget| budget.allocations);
            writeln!(
                f,
                "{:width$} {:>7} {:>7} {:>7} {:>7}  {}",
                row.case.name,
                row.measured.instructions,
                limit(instructions),
                row.measured.allocations,
                limit(allocations),
                self.note(row),
            )?;
        }
        Ok(())
    }
}

fn limit(budget: Option<u64>) -> String {
    budget.map_or_else(|| "–".to_owned(), |limit| limit.to_string())
}

fn number(cost: PerCall) -> Value {
    Value::from_str(&cost.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;

    fn report(ours: u64, peer: u64) -> Report {
        let mut report = Report::default();
        for (name, instructions) in [("timeout/attempt", ours), ("timeout/tower", peer)] {
            let instructions = PerCall::new(instructions, 10);
            let measured = Measurement { instructions, allocations: PerCall::new(0, 10) };
            report.add(cases::find(name).unwrap(), measured);
        }
        report
    }

    #[test]
    fn the_table_shows_costs_budgets_verdicts_and_ratios() {
        let expected = "\
case              instr  budget  allocs  budget  verdict
timeout/attempt      60      60       0       0  ok
timeout/tower     145.5       –       0       –  2.4 × timeout/attempt, known as 189
";
        assert_eq!(report(600, 1455).to_string(), expected);
    }

    #[test]
    fn only_cases_over_their_budgets_are_named() {
        assert_eq!(report(600, 99_999).over().count(), 0);
        assert_eq!(report(601, 1455).over().collect::<Vec<_>>(), ["timeout/attempt"]);
    }

    #[test]
    fn machines_read_the_same_numbers() {
        let json = report(601, 1455).json();
        assert_eq!(json[0]["instructions"], 60.1);
        assert_eq!(json[0]["over"], true);
        assert_eq!(json[1]["instructions_budget"], Value::Null);
        assert_eq!(json[1]["peer_of"], "timeout/attempt");
    }
}
