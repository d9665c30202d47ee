//! The document against the tests, both ways.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::semantics::bugs;
use crate::semantics::document::{self, PATH, Rule};
use crate::semantics::suite::{self, Test};
use crate::semantics::write;
use crate::workspace::Workspace;

const POLICIES: &str = "ms-resilience/src";
const MENDS: &str = "`just semantics-write` mends it";

pub(crate) fn findings(workspace: &Workspace) -> Vec<Finding> {
    let Some(text) = workspace.text(PATH) else {
        return vec![Finding::new(PATH, 1, "semantics", "is not there")];
    };
    let parts = document::parts(text);
    let rules = document::rules(&parts);
    let tests = suite::tests(workspace);
    let names = suite::names(&tests);
    let mut found = twice(&rules);
    for rule in &rules {
        let whats = unkept(rule, &names)
            .into_iter()
            .chain(missing(rule, &names))
            .chain(due(rule, workspace));
        found.extend(whats.map(|what| Finding::new(PATH, rule.line, "semantics", what)));
    }
    let by_id: BTreeMap<&str, &Rule> = rules.iter().map(|&rule| (rule.id, rule)).collect();
    found.extend(tests.iter().filter_map(|test| unlisted(test, &by_id)));
    if found.is_empty() {
        found.extend(unlike(text, &write::renewed(text, &names)));
        found.extend(outdated(workspace, text));
    }
    found
}

/// The page that is made from this one.
fn outdated(workspace: &Workspace, text: &str) -> Option<Finding> {
    let is_current = workspace.text(bugs::PATH) == Some(bugs::page(text).as_str());
    let what = format!("is not what the rules and the tests make of it: {MENDS}");
    (!is_current).then(|| Finding::new(bugs::PATH, 1, "semantics", what))
}

fn twice(rules: &[&Rule]) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let again = rules.iter().filter(|rule| !seen.insert(rule.id));
    again
        .map(|rule| {
            let what = format!("{} stands here for the second time", rule.id);
            Finding::new(PATH, rule.line, "semantics", what)
        })
        .collect()
}

fn unkept(rule: &Rule, names: &BTreeMap<&str, BTreeSet<&str>>) -> Option<String> {
    let kept = names.contains_key(rule.id) || !rule.tests.is_empty();
    (!kept && rule.comes_with.is_empty())
        .then(|| format!("{} names no test, nor what it comes with", rule.id))
}

fn missing(rule: &Rule, names: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<String> {
    let own = |test: &&str| names.get(rule.id).is_some_and(|names| names.contains(test));
    let absent = rule.tests.iter().filter(|test| !own(test));
    absent
        .map(|test| format!("{} names `{test}`, which is no test of it: {MENDS}", rule.id))
        .collect()
}

fn due(rule: &Rule, workspace: &Workspace) -> Vec<String> {
    let here = |folder: &&String| workspace.has_folder(&format!("{POLICIES}/{folder}"));
    let due = rule.comes_with.iter().filter(here);
    due.map(|folder| {
        format!("{} comes with `{folder}`, which is there: test it and say so no more", rule.id)
    })
    .collect()
}

fn unlisted(test: &Test, rules: &BTreeMap<&str, &Rule>) -> Option<Finding> {
    let Test { name, id, .. } = test;
    let what = match rules.get(id.as_str()) {
        None => format!("`{name}` bears {id}, which {PATH} does not have"),
        Some(rule) if !rule.tests.contains(&name.as_str()) => {
            format!("`{name}` is not listed under {id} in {PATH}:{}: {MENDS}", rule.line)
        }
        Some(_) => return None,
    };
    Some(Finding::new(&test.path, test.line, "semantics", what))
}

/// The first line of `text` that is not as it would be written.
fn unlike(text: &str, renewed: &str) -> Option<Finding> {
    if text == renewed {
        return None;
    }
    let same = text.lines().zip(renewed.lines()).take_while(|(one, other)| one == other).count();
    let what = format!("a list of tests is not written as it would be: {MENDS}");
    Some(Finding::new(PATH, same + 1, "semantics", what))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(document: &str, tests: &str) -> Vec<String> {
        let page = bugs::page(document);
        let files = [
            (PATH, document),
            (bugs::PATH, &page),
            ("ms-core/src/a.rs", tests),
            ("ms-resilience/src/retry/mod.rs", ""),
        ];
        findings(&Workspace::sample(&files)).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn a_document_and_tests_that_agree_are_right() {
        let document = "- **S-1 Time.** A.\n\n  Tests: `s_1_a`\n\n\
                        - **S-CB-1** B. *Comes with `breaker`.*\n";
        assert!(found(document, "#[test] fn s_1_a() {}").is_empty());
    }

    #[test]
    fn a_page_of_bugs_that_is_not_made_from_the_rules_is_found() {
        let document = "- **S-1** A.\n\n  Tests: `s_1_a`\n";
        let tests = ("ms-core/src/a.rs", "#[test] fn s_1_a() {}");
        let files = [(PATH, document), (bugs::PATH, "# Bugs"), tests];
        let found = findings(&Workspace::sample(&files));
        assert!(found.len() == 1 && found[0].what.ends_with(MENDS), "{found:?}");
    }

    #[test]
    fn a_rule_without_a_test_is_found() {
        assert_eq!(found("- **S-1** A.", ""), ["S-1 names no test, nor what it comes with"]);
    }

    #[test]
    fn a_listed_name_that_is_no_test_of_the_rule_is_found() {
        let document = "- **S-1** A.\n\n  Tests: `s_1_a`\n";
        let is_found = |tests| {
            let found = found(document, tests);
            found[0].starts_with("S-1 names `s_1_a`, which is no test") && found[0].ends_with(MENDS)
        };
        assert!(is_found("") && is_found("fn s_1_a() {}") && is_found("#[test] fn s_1_b() {}"));
        let other = "- **S-1** A.\n\n  Tests: `s_2_a`\n\n- **S-2** B.\n\n  Tests: `s_2_a`\n";
        let found = found(other, "#[test] fn s_2_a() {}");
        assert!(found.len() == 1 && found[0].starts_with("S-1 names `s_2_a`"), "{found:?}");
    }

    #[test]
    fn a_test_without_a_rule_is_found() {
        let document = "- **S-1** A.\n\n  Tests: `s_1_a`\n";
        let tests = "#[test] fn s_1_a() {} #[test] fn s_1_b() {} #[test] fn s_9_c() {}";
        let found = found(document, tests);
        assert_eq!(found.len(), 2);
        assert!(found[0].contains("`s_1_b` is not listed under S-1") && found[0].ends_with(MENDS));
        assert!(found[1].contains("`s_9_c` bears S-9"));
    }

    #[test]
    fn a_list_in_another_order_or_shape_is_found() {
        let tests = "#[test] fn s_1_a() {} #[test] fn s_1_b() {}";
        for list in ["`s_1_b`, `s_1_a`", "`s_1_a`,\n  `s_1_b`", "`s_1_a` and `s_1_b`"] {
            let found = found(&format!("- **S-1** A.\n\n  Tests: {list}\n"), tests);
            assert!(found.len() == 1 && found[0].ends_with(MENDS), "{list}: {found:?}");
        }
    }

    #[test]
    fn a_rule_that_waits_for_a_policy_which_is_there_is_found() {
        let found = found("- **S-RT-1** A. *Comes with `retry`.*", "");
        assert!(found[0].starts_with("S-RT-1 comes with `retry`, which is there"));
    }

    #[test]
    fn an_id_that_stands_twice_is_found() {
        let rule = "- **S-1** A.\n\n  Tests: `s_1_a`\n\n";
        let found = found(&rule.repeat(2), "#[test] fn s_1_a() {}");
        assert_eq!(found, ["S-1 stands here for the second time"]);
    }
}
