//! The page *Bugs we do not have*: each rule that is tested, in one sentence, with its tests.

use std::fmt::Write;

use crate::semantics::document::{self, Rule};

pub(crate) const PATH: &str = "docs/bugs-we-do-not-have.md";

const HEAD: &str = "# Bugs we do not have

Each rule of [semantics.md](semantics.md) that is tested, in its first sentence. Where it says so,
the bug was seen in other libraries. This page is made from that one and from the tests by
`just semantics-write`.

| rule | what holds | seen in | one of its tests |
|---|---|---|---|
";

/// The page, from the text of the rules.
pub(crate) fn page(text: &str) -> String {
    let parts = document::parts(text);
    let mut page = HEAD.to_owned();
    for rule in document::rules(&parts) {
        if let Some(test) = rule.tests.first() {
            let words = words(rule);
            let seen = seen_in(&words).unwrap_or_default();
            // Writing to a string does not fail.
            let _ = writeln!(page, "| {} | {} | {seen} | `{test}` |", rule.id, sentence(&words));
        }
    }
    page
}

/// What the rule says, on one line, without its id.
fn words(rule: &Rule) -> String {
    let lines: Vec<&str> = rule.text.iter().map(|line| line.trim()).collect();
    let text = lines.join(" ");
    let (bold, rest) = text.trim_start_matches("- **").split_once("**").unwrap_or(("", &text));
    let title = bold.strip_prefix(rule.id).unwrap_or(bold).trim();
    let gap = if rest.starts_with(' ') { " " } else { "" };
    format!("{title}{gap}{}", rest.trim()).trim().to_owned()
}

fn sentence(words: &str) -> String {
    // A title is a sentence of its own, and too short to tell.
    let from = words.find(". ").filter(|at| *at < 40).map_or(0, |at| at + 2);
    let end = words[from..].find(". ").map_or(words.len(), |at| from + at + 1);
    let sentence = words[..end].split(" (seen in").next().unwrap_or_default();
    sentence.replace('|', "\\|")
}

fn seen_in(words: &str) -> Option<String> {
    let (_, seen) = words.split_once("(seen in: ")?;
    let (seen, _) = seen.split_once(')')?;
    Some(seen.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_one_line_with_who_has_the_bug_and_a_test() {
        let text = "- **S-6 Generations.** A permit\n  carries one. More. (seen in: a, b)\n\n  \
                    Tests: `s_6_a`, `s_6_b`\n- **S-7** No test yet.\n";
        let page = page(text);
        let rows: Vec<_> = page.lines().skip_while(|line| !line.starts_with("| S")).collect();
        assert_eq!(rows, ["| S-6 | Generations. A permit carries one. | a, b | `s_6_a` |"]);
    }
}
