//! The document with the lists of tests that the code gives it.

use std::collections::{BTreeMap, BTreeSet};
use std::{fs, io};

use crate::semantics::bugs;
use crate::semantics::document::{self, PATH, Part, Rule, TESTS};
use crate::semantics::suite;
use crate::workspace::Workspace;

const WIDTH: usize = 100;
const INDENT: &str = "  ";

/// Rewrites the lists in the file itself, if it is there.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn write(workspace: &Workspace) -> io::Result<()> {
    let Some(text) = workspace.text(PATH) else { return Ok(()) };
    let tests = suite::tests(workspace);
    let renewed = renewed(text, &suite::names(&tests));
    if renewed != text {
        fs::write(workspace.root.join(PATH), &renewed)?;
    }
    fs::write(workspace.root.join(bugs::PATH), bugs::page(&renewed))
}

/// `text` with the lists that `names` says, and otherwise as it is.
pub(crate) fn renewed(text: &str, names: &BTreeMap<&str, BTreeSet<&str>>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for part in document::parts(text) {
        match part {
            Part::Line(line) => lines.push(line.to_owned()),
            Part::Rule(rule) => lines.extend(written(&rule, names.get(rule.id))),
        }
    }
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

/// Its own text, then its tests as a paragraph of their own.
fn written(rule: &Rule, names: Option<&BTreeSet<&str>>) -> Vec<String> {
    let mut lines: Vec<String> = rule.text.iter().map(|&line| line.to_owned()).collect();
    if let Some(names) = names {
        lines.push(String::new());
        lines.extend(list(names));
    }
    lines.extend(std::iter::repeat_n(String::new(), rule.blank));
    lines
}

fn list(names: &BTreeSet<&str>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = format!("{INDENT}{TESTS}");
    for (name, left) in names.iter().zip((0..names.len()).rev()) {
        let word = format!("`{name}`{}", if left > 0 { "," } else { "" });
        if line.len() + 1 + word.len() > WIDTH {
            lines.push(std::mem::replace(&mut line, format!("{INDENT}{word}")));
        } else {
            line.push(' ');
            line.push_str(&word);
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renew(text: &str, names: &[&'static str]) -> String {
        let names = BTreeMap::from([("S-1", names.iter().copied().collect())]);
        renewed(text, &names)
    }

    const LISTED: &str = "# Page\n\n- **S-1 Time.** A\n  and b.\n\n  Tests: `s_1_a`, `s_1_b`\n\n\
                          - **S-2** C.\n\n  *Comes with `c`.*\n\nThe end.\n";

    #[test]
    fn what_is_right_stays_as_it_is() {
        assert_eq!(renew(LISTED, &["s_1_b", "s_1_a"]), LISTED);
    }

    #[test]
    fn a_list_is_made_where_there_is_none() {
        let bare = LISTED.replace("\n  Tests: `s_1_a`, `s_1_b`\n", "");
        assert_eq!(renew(&bare, &["s_1_a", "s_1_b"]), LISTED);
        assert_eq!(renew("- **S-1** A.", &["s_1_a"]), "- **S-1** A.\n\n  Tests: `s_1_a`\n");
    }

    #[test]
    fn a_list_is_mended_however_it_stands() {
        for wrong in ["Tests: `s_1_b`,\n  `s_1_a`", "Tests:", "Tests: `s_2_x`"] {
            let wrong = LISTED.replace("Tests: `s_1_a`, `s_1_b`", wrong);
            assert_eq!(renew(&wrong, &["s_1_a", "s_1_b"]), LISTED);
        }
        let above = "- **S-1** A.\n\n  Tests: `s_1_x`\n\n  More.\n";
        assert_eq!(renew(above, &["s_1_a"]), "- **S-1** A.\n\n  More.\n\n  Tests: `s_1_a`\n");
    }

    #[test]
    fn a_list_whose_tests_are_gone_goes_too() {
        let bare = renewed("- **S-1** A.\n\n  Tests: `s_1_a`\n\n## Next\n", &BTreeMap::new());
        assert_eq!(bare, "- **S-1** A.\n\n## Next\n");
    }

    #[test]
    fn lines_are_filled_and_no_longer_than_the_page_is_wide() {
        let names: Vec<String> = (10..40).map(|n| format!("s_1_{n}_{}", "x".repeat(n))).collect();
        let lines = list(&names.iter().map(String::as_str).collect());
        assert!(lines.iter().all(|line| line.len() <= WIDTH));
        for pair in lines.windows(2) {
            let next = pair[1].split_whitespace().next().unwrap();
            assert!(pair[0].len() + 1 + next.len() > WIDTH);
        }
        assert_eq!(lines.join("").matches("s_1_").count(), 30);
    }
}
