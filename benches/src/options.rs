//! The command line.

use crate::trouble::Trouble;

const USAGE: &str = "usage: budgets [--json] [--only CASE]";

/// What the program is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Options {
    /// Measures and judges.
    Check {
        /// Only cases whose names start so.
        only: String,
        /// For machines.
        json: bool,
    },
    /// Makes so many calls of one case: how the program calls itself.
    Measure {
        /// The name of the case.
        case: String,
        /// How many calls.
        calls: u64,
    },
}

impl Options {
    /// Reads the words after the program's name.
    ///
    /// # Errors
    /// When they make no sense.
    pub fn parse(words: impl Iterator<Item = String>) -> Result<Self, Trouble> {
        let words: Vec<String> = words.collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let options = match words.as_slice() {
            ["--measure", case, calls] => measure(case, calls),
            words => check(words),
        };
        options.ok_or_else(|| Trouble::Usage(USAGE.to_owned()))
    }
}

fn measure(case: &str, calls: &str) -> Option<Options> {
    Some(Options::Measure { case: case.to_owned(), calls: calls.parse().ok()? })
}

fn check(mut words: &[&str]) -> Option<Options> {
    let (mut only, mut json) = (String::new(), false);
    while !words.is_empty() {
        words = match words {
            ["--json", rest @ ..] => {
                json = true;
                rest
            }
            ["--only", name, rest @ ..] => {
                (*name).clone_into(&mut only);
                rest
            }
            _ => return None,
        };
    }
    Some(Options::Check { only, json })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Option<Options> {
        Options::parse(line.split_whitespace().map(str::to_owned)).ok()
    }

    #[test]
    fn without_words_everything_is_checked() {
        assert_eq!(parsed(""), Some(Options::Check { only: String::new(), json: false }));
    }

    #[test]
    fn flags_come_in_any_order() {
        let expected = Options::Check { only: "timeout".to_owned(), json: true };
        assert_eq!(parsed("--json --only timeout"), Some(expected.clone()));
        assert_eq!(parsed("--only timeout --json"), Some(expected));
    }

    #[test]
    fn the_program_understands_itself() {
        let expected = Options::Measure { case: "bare".to_owned(), calls: 1000 };
        assert_eq!(parsed("--measure bare 1000"), Some(expected));
    }

    #[test]
    fn anything_else_is_refused() {
        for line in ["--measure bare", "--measure bare many", "--only", "bare", "--verbose"] {
            assert_eq!(parsed(line), None, "{line}");
        }
    }
}
