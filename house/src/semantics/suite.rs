//! All tests of the workspace that may bear the id of a rule.

use std::collections::{BTreeMap, BTreeSet};

use crate::semantics::tests_of;
use crate::workspace::Workspace;

/// The libraries, and this program, which holds the rules that only source text can show.
const BEARERS: [&str; 2] = ["ms-", "house/"];

pub(crate) struct Test {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) path: String,
    pub(crate) line: usize,
}

/// Every test whose name bears an id.
pub(crate) fn tests(workspace: &Workspace) -> Vec<Test> {
    let bears = |path: &str| BEARERS.iter().any(|start| path.starts_with(start));
    let sources = workspace.sources.iter().filter(|source| bears(&source.path));
    sources
        .flat_map(|source| {
            tests_of::tests(&source.text).into_iter().filter_map(|(name, line)| {
                let id = tests_of::id(&name)?;
                Some(Test { name, id, path: source.path.clone(), line })
            })
        })
        .collect()
}

/// The names of the tests of each id, in the order in which a document lists them.
pub(crate) fn names(tests: &[Test]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for test in tests {
        names.entry(&test.id).or_default().insert(&test.name);
    }
    names
}
