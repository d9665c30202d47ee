//! `docs/semantics.md` as data: its rules, their tests, and what they wait for.

pub(crate) const PATH: &str = "docs/semantics.md";

/// What opens a list of tests.
pub(crate) const TESTS: &str = "Tests:";

/// What opens the names of the policies that a rule waits for.
const WAITS: [&str; 2] = ["*Comes with ", "*The rest comes with "];

/// The document from its first line to its last.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    Line(&'a str),
    Rule(Rule<'a>),
}

/// `- **S-TO-1** text` and the indented lines that follow, among them a list of tests
/// (``Tests: `name`, `name` ``) and what the rule waits for (``*Comes with `folder`.*``).
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Rule<'a> {
    pub(crate) id: &'a str,
    pub(crate) line: usize,
    /// Its lines but for the list of tests and the blank lines at the end.
    pub(crate) text: Vec<&'a str>,
    pub(crate) tests: Vec<&'a str>,
    pub(crate) comes_with: Vec<String>,
    /// How many blank lines follow it.
    pub(crate) blank: usize,
}

pub(crate) fn parts(text: &str) -> Vec<Part<'_>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut parts = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let Some(id) = id(lines[at]) else {
            parts.push(Part::Line(lines[at]));
            at += 1;
            continue;
        };
        let below = |line: &&&str| line.is_empty() || line.starts_with(' ');
        let count = 1 + lines[at + 1..].iter().take_while(below).count();
        parts.push(Part::Rule(rule(id, at + 1, &lines[at..at + count])));
        at += count;
    }
    parts
}

pub(crate) fn rules<'a>(parts: &'a [Part<'a>]) -> Vec<&'a Rule<'a>> {
    let rule = |part: &'a Part<'a>| match part {
        Part::Rule(rule) => Some(rule),
        Part::Line(_) => None,
    };
    parts.iter().filter_map(rule).collect()
}

/// `S-TO-1` of a line that opens a rule.
fn id(line: &str) -> Option<&str> {
    let bold = line.strip_prefix("- **")?;
    let (bold, _) = bold.split_once("**")?;
    let id = bold.split_whitespace().next()?;
    let parts: Vec<&str> = id.split('-').collect();
    let (first, last) = (parts.first()?, parts.last()?);
    let shaped = *first == "S"
        && matches!(parts.len(), 2 | 3)
        && !last.is_empty()
        && last.bytes().all(|byte| byte.is_ascii_digit());
    shaped.then_some(id)
}

fn rule<'a>(id: &'a str, line: usize, lines: &[&'a str]) -> Rule<'a> {
    let mut rule = Rule { id, line, ..Rule::default() };
    let mut in_tests = false;
    for line in lines {
        in_tests = !line.is_empty() && (in_tests || line.trim_start().starts_with(TESTS));
        if in_tests {
            // A list takes the blank line before it along.
            while rule.text.last().is_some_and(|line| line.is_empty()) {
                rule.text.pop();
            }
            rule.tests.extend(line.split('`').skip(1).step_by(2));
        } else {
            rule.text.push(line);
        }
    }
    while rule.text.last().is_some_and(|line| line.is_empty()) {
        rule.text.pop();
    }
    rule.blank = lines.iter().rev().take_while(|line| line.is_empty()).count();
    rule.comes_with = comes_with(&rule.text);
    rule
}

/// The names in backticks after each of [`WAITS`], up to the end of the sentence.
fn comes_with(text: &[&str]) -> Vec<String> {
    let words: Vec<&str> = text.iter().map(|line| line.trim()).collect();
    let words = words.join(" ");
    let sentences = WAITS.iter().flat_map(|wait| words.split(wait).skip(1));
    let names = sentences.flat_map(|sentence| {
        let sentence = sentence.split('.').next().unwrap_or_default();
        sentence.split('`').skip(1).step_by(2)
    });
    names.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_with_its_tests_over_several_lines() {
        let text = "## 3. Timeout\n- **S-TO-1** A result `x` wins.\n\n  Tests: `s_to_1_a`,\n  \
                    `s_to_1_b`, `s_to_1_c`\n\n- **S-2 Verdict.** B.\n  More `y`.\n";
        let parts = parts(text);
        let found = rules(&parts);
        assert_eq!((found[0].id, found[0].line, found[0].blank), ("S-TO-1", 2, 1));
        assert_eq!(found[0].text, ["- **S-TO-1** A result `x` wins."]);
        assert_eq!(found[0].tests, ["s_to_1_a", "s_to_1_b", "s_to_1_c"]);
        assert_eq!((found[1].id, found[1].line, found[1].blank), ("S-2", 7, 0));
        assert_eq!(found[1].text.len(), 2);
        assert!(found[1].tests.is_empty());
    }

    #[test]
    fn a_rule_that_waits_names_folders() {
        let text = "- **S-CB-1** Window.\n\n  *Comes with `breaker`.*\n## Next\n  Tests: `a`\n\
                    - **S-2** `x`. *The rest comes\n  with `retry` and `hedge`.* More `y`.";
        let parts = parts(text);
        let found = rules(&parts);
        assert_eq!(found[0].comes_with, ["breaker"]);
        assert!(found[0].tests.is_empty());
        assert_eq!(found[1].comes_with, ["retry", "hedge"]);
    }

    #[test]
    fn other_lists_are_no_rules() {
        let parts = parts("- **Note** text\n- **S-X** text\n- S-1 text");
        assert!(rules(&parts).is_empty());
    }
}
