//! `docs/semantics.md` as data: its rules, their tests, and what they wait for.

/// `- **S-TO-1** text`, with ``Test: `name` `` or ``*Comes with `folder`.*``.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) line: usize,
    pub(crate) tests: Vec<String>,
    pub(crate) comes_with: Vec<String>,
}

pub(crate) fn rules(text: &str) -> Vec<Rule> {
    let mut found: Vec<(Rule, String)> = Vec::new();
    let mut open = false;
    for (line, number) in text.lines().zip(1..) {
        if let Some(id) = id(line) {
            found.push((Rule { id, line: number, ..Rule::default() }, String::new()));
            open = true;
        } else if line.starts_with('#') {
            open = false;
        }
        if let Some((_, words)) = found.last_mut().filter(|_| open) {
            words.push_str(line.trim());
            words.push(' ');
        }
    }
    found
        .into_iter()
        .map(|(rule, words)| {
            let mut tests = after(&words, "Test: ");
            tests.extend(after(&words, "Tests: "));
            Rule { tests, comes_with: after(&words, "*Comes with "), ..rule }
        })
        .collect()
}

/// `S-TO-1` of a line that opens a rule.
fn id(line: &str) -> Option<String> {
    let bold = line.strip_prefix("- **")?;
    let (bold, _) = bold.split_once("**")?;
    let id = bold.split_whitespace().next()?;
    let parts: Vec<&str> = id.split('-').collect();
    let (first, last) = (parts.first()?, parts.last()?);
    let shaped = *first == "S"
        && matches!(parts.len(), 2 | 3)
        && !last.is_empty()
        && last.bytes().all(|byte| byte.is_ascii_digit());
    shaped.then(|| id.to_owned())
}

/// The names in backticks that follow each `label`, as long as only commas stand between them.
fn after(words: &str, label: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in words.split(label).skip(1) {
        let mut rest = part;
        while let Some((name, tail)) =
            rest.strip_prefix('`').and_then(|inside| inside.split_once('`'))
        {
            names.push(name.to_owned());
            let tail = tail.trim_start_matches([',', ' ']);
            rest = tail.strip_prefix("and ").unwrap_or(tail);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_with_its_tests_over_several_lines() {
        let text = "## 3. Timeout\n- **S-TO-1** A result `x` wins.\n  Tests: `s_to_1_a`,\n  \
                    `s_to_1_b` and `s_to_1_c`. More `y`.\n\n- **S-2 Verdict.** B.\n  \
                    Test: `s_2_d`\n";
        let found = rules(text);
        assert_eq!(found[0].id, "S-TO-1");
        assert_eq!((found[0].line, found[1].line), (2, 6));
        assert_eq!(found[0].tests, ["s_to_1_a", "s_to_1_b", "s_to_1_c"]);
        assert_eq!((found[1].id.as_str(), found[1].tests.len()), ("S-2", 1));
    }

    #[test]
    fn a_rule_that_waits_names_a_folder() {
        let found = rules("- **S-CB-1** Window.\n  *Comes with `breaker`.*\n## Next\nTest: `a`");
        assert_eq!(found[0].comes_with, ["breaker"]);
        assert!(found[0].tests.is_empty());
    }

    #[test]
    fn other_lists_are_no_rules() {
        assert!(rules("- **Note** text\n- **S-X** text\n- S-1 text").is_empty());
    }
}
