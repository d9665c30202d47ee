//! All of them, in the order of the table.

use super::{breaker, bulkhead, failover, fallback, floor, retry, stack, timeout};
use crate::case::Case;

const GROUPS: [&[Case]; 8] = [
    &floor::CASES,
    &breaker::CASES,
    &bulkhead::CASES,
    &failover::CASES,
    &fallback::CASES,
    &retry::CASES,
    &timeout::CASES,
    &stack::CASES,
];

/// Every case, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Case> {
    GROUPS.into_iter().flatten()
}

/// The case called `name`.
#[must_use]
pub fn find(name: &str) -> Option<&'static Case> {
    all().find(|case| case.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::budget::BUDGETS;
    use crate::case::Role;

    #[test]
    fn every_case_runs() {
        all().for_each(|case| (case.run)(2));
    }

    #[test]
    fn names_are_unique() {
        let names: BTreeSet<_> = all().map(|case| case.name).collect();
        assert_eq!(names.len(), all().count());
    }

    #[test]
    fn every_budget_and_every_peer_belongs_to_a_case_of_ours() {
        let is_ours = |name| find(name).is_some_and(|case| case.role == Role::Ours);
        assert!(BUDGETS.iter().all(|budget| is_ours(budget.case)));
        for case in all() {
            if let Role::Peer { of } = case.role {
                assert!(is_ours(of), "{} is compared with {of}", case.name);
            }
        }
    }
}
