//! No policy of `ms-resilience` knows another.

use crate::finding::Finding;
use crate::modules::Modules;
use crate::rules::arrows;
use crate::workspace::Workspace;

const CRATE: &str = "ms-resilience/src";

/// What several policies share, one floor below them, and why.
const FLOORS: [(&str, &str); 4] = [
    ("body", "timeout, idle and deadline fail a body whose time is over"),
    ("budget", "retry, hedge and failover draw on one budget"),
    ("keyed", "every policy can be had per key, with the same bounds"),
    ("schedule", "delays of retry, of the open circuit and of ejection"),
];

/// What composes the policies.
const ROOFS: [&str; 1] = ["standard"];

pub(crate) fn findings(workspace: &Workspace) -> Vec<Finding> {
    let modules = Modules::new(&workspace.sources);
    let arrows = arrows::arrows(workspace, &modules);
    let mut found = Vec::new();
    for arrow in arrows.iter().filter(|arrow| arrow.from.root == CRATE) {
        let (Some(from), Some(to)) = (arrow.from.path.first(), arrow.to.path.first()) else {
            continue;
        };
        let is_policy = workspace.has_folder(&format!("{CRATE}/{to}"));
        let is_floor = FLOORS.iter().any(|(floor, _)| floor == to);
        if from != to && is_policy && !is_floor && !ROOFS.contains(&from.as_str()) {
            let what =
                format!("`{from}` imports the policy `{to}`: policies do not know each other");
            found.push(Finding::new(arrow.path, arrow.line, "policy", what));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        let files = [
            ("ms-resilience/src/lib.rs", ""),
            ("ms-resilience/src/breaker/mod.rs", "mod state; pub use state::State;"),
            ("ms-resilience/src/breaker/state.rs", ""),
            ("ms-resilience/src/budget/mod.rs", "mod account; pub use account::Account;"),
            ("ms-resilience/src/budget/account.rs", ""),
            (path, text),
        ];
        findings(&Workspace::sample(&files)).len()
    }

    #[test]
    fn a_floor_and_the_own_folder_are_free_to_use() {
        let text = "use super::b::B; use crate::budget::account::Account;";
        assert_eq!(count("ms-resilience/src/retry/a.rs", text), 0);
    }

    #[test]
    fn the_roof_may_use_all() {
        let text = "use crate::breaker::state::State;";
        assert_eq!(count("ms-resilience/src/standard/a.rs", text), 0);
    }

    #[test]
    fn another_policy_is_found_by_file_by_face_and_by_folder() {
        let path = "ms-resilience/src/retry/a.rs";
        assert_eq!(count(path, "use crate::breaker::state::State;"), 1);
        assert_eq!(count(path, "use crate::breaker::State;"), 1);
        assert_eq!(count(path, "use crate::breaker;"), 1);
        assert_eq!(count("ms-resilience/src/retry/mod.rs", "pub use crate::breaker::State;"), 1);
    }
}
