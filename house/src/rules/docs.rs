//! Every library file says first what it is for.

use crate::finding::Finding;
use crate::source::Source;

const WORDS: usize = 15;

pub(crate) fn findings(source: &Source) -> Vec<Finding> {
    if !source.is_library() {
        return Vec::new();
    }
    if !source.text.starts_with("//!") {
        return vec![source.finding(1, "docs", "does not open with `//!` docs")];
    }
    let words = opening(&source.text).split_whitespace().count();
    if source.name() == "mod.rs" && words > WORDS {
        let what = format!("opens with {words} words, at most {WORDS} before an empty line");
        return vec![source.finding(1, "docs", what)];
    }
    Vec::new()
}

/// The first paragraph: what rustdoc shows in a list of modules.
fn opening(text: &str) -> String {
    let docs = text.lines().map_while(|line| line.strip_prefix("//!"));
    docs.take_while(|line| !line.trim().is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        findings(&Source::sample(path, text)).len()
    }

    #[test]
    fn one_line_of_fifteen_words_opens_a_folder() {
        let text = format!("//!{}\n//!\n//! And much more, as long as it likes.", " a".repeat(15));
        assert_eq!(count("ms-x/src/a/mod.rs", &text), 0);
    }

    #[test]
    fn no_docs_or_too_many_words_are_found() {
        assert_eq!(count("ms-x/src/a.rs", "struct A;"), 1);
        assert_eq!(count("ms-x/src/a/mod.rs", &format!("//!{}", " a".repeat(16))), 1);
        let two_lines = format!("//!{}\n//!{}", " a".repeat(8), " a".repeat(8));
        assert_eq!(count("ms-x/src/a/mod.rs", &two_lines), 1);
    }
}
