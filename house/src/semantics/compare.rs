//! The document against the tests, both ways.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::semantics::document::{self, Rule};
use crate::semantics::tests_of;
use crate::workspace::Workspace;

const DOCUMENT: &str = "docs/semantics.md";
const POLICIES: &str = "ms-resilience/src";

pub(crate) fn findings(workspace: &Workspace) -> Vec<Finding> {
    let Some(text) = workspace.text(DOCUMENT) else {
        return vec![Finding::new(DOCUMENT, 1, "semantics", "is not there")];
    };
    let rules = document::rules(text);
    let tests = tests(workspace);
    let names: BTreeSet<&str> = tests.iter().map(|test| test.name.as_str()).collect();
    let mut found = twice(&rules);
    for rule in &rules {
        let whats =
            unkept(rule).into_iter().chain(missing(rule, &names)).chain(due(rule, workspace));
        found.extend(whats.map(|what| Finding::new(DOCUMENT, rule.line, "semantics", what)));
    }
    let by_id: BTreeMap<&str, &Rule> = rules.iter().map(|rule| (rule.id.as_str(), rule)).collect();
    found.extend(tests.iter().filter_map(|test| unlisted(test, &by_id)));
    found
}

struct Test {
    name: String,
    path: String,
    line: usize,
}

fn tests(workspace: &Workspace) -> Vec<Test> {
    let libraries = workspace.sources.iter().filter(|source| source.path.starts_with("ms-"));
    libraries
        .flat_map(|source| {
            let tests = tests_of::tests(&source.text).into_iter();
            tests.map(|(name, line)| Test { name, path: source.path.clone(), line })
        })
        .collect()
}

fn twice(rules: &[Rule]) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let again = rules.iter().filter(|rule| !seen.insert(&rule.id));
    again
        .map(|rule| {
            let what = format!("{} stands here for the second time", rule.id);
            Finding::new(DOCUMENT, rule.line, "semantics", what)
        })
        .collect()
}

fn unkept(rule: &Rule) -> Option<String> {
    (rule.tests.is_empty() && rule.comes_with.is_empty())
        .then(|| format!("{} names no test, nor what it comes with", rule.id))
}

fn missing(rule: &Rule, names: &BTreeSet<&str>) -> Vec<String> {
    let absent = rule.tests.iter().filter(|test| !names.contains(test.as_str()));
    absent.map(|test| format!("{} names `{test}`, which is no test", rule.id)).collect()
}

fn due(rule: &Rule, workspace: &Workspace) -> Vec<String> {
    let here = |folder: &&String| workspace.has_folder(&format!("{POLICIES}/{folder}"));
    let due = rule.comes_with.iter().filter(here);
    due.map(|folder| format!("{} comes with `{folder}`, which is there: name its test", rule.id))
        .collect()
}

fn unlisted(test: &Test, rules: &BTreeMap<&str, &Rule>) -> Option<Finding> {
    let id = tests_of::id(&test.name)?;
    let name = &test.name;
    let what = match rules.get(id.as_str()) {
        None => format!("`{name}` bears {id}, which {DOCUMENT} does not have"),
        Some(rule) if !rule.tests.contains(name) => {
            format!("`{name}` is not listed under {id} in {DOCUMENT}:{}", rule.line)
        }
        Some(_) => return None,
    };
    Some(Finding::new(&test.path, test.line, "semantics", what))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(document: &str, tests: &str) -> Vec<String> {
        let files = [
            (DOCUMENT, document),
            ("ms-core/src/a.rs", tests),
            ("ms-resilience/src/retry/mod.rs", ""),
        ];
        findings(&Workspace::sample(&files)).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn a_document_and_tests_that_agree_are_right() {
        let document =
            "- **S-1 Time.** A.\n  Test: `s_1_a`\n- **S-CB-1** B. *Comes with `breaker`.*";
        assert!(found(document, "#[test] fn s_1_a() {}").is_empty());
    }

    #[test]
    fn a_rule_without_a_test_is_found() {
        assert_eq!(found("- **S-1** A.", ""), ["S-1 names no test, nor what it comes with"]);
        assert_eq!(found("- **S-1** A. Test: `s_1_a`", "fn s_1_a() {}").len(), 1);
    }

    #[test]
    fn a_test_without_a_rule_is_found() {
        let document = "- **S-1** A. Test: `s_1_a`";
        let tests = "#[test] fn s_1_a() {} #[test] fn s_1_b() {} #[test] fn s_9_c() {}";
        let found = found(document, tests);
        assert_eq!(found.len(), 2);
        assert!(found[0].contains("`s_1_b` is not listed under S-1"));
        assert!(found[1].contains("`s_9_c` bears S-9"));
    }

    #[test]
    fn a_rule_that_waits_for_a_policy_which_is_there_is_found() {
        let found = found("- **S-RT-1** A. *Comes with `retry`.*", "");
        assert_eq!(found, ["S-RT-1 comes with `retry`, which is there: name its test"]);
    }

    #[test]
    fn an_id_that_stands_twice_is_found() {
        let line = "- **S-1** A. Test: `s_1_a`\n";
        let found = found(&line.repeat(2), "#[test] fn s_1_a() {}");
        assert_eq!(found, ["S-1 stands here for the second time"]);
    }
}
