//! Words that do not occur in library code.

use crate::finding::Finding;
use crate::source::Source;
use crate::tokens;

struct Word {
    phrase: &'static str,
    instead: &'static str,
    /// The one file that may say it.
    door: &'static str,
}

const fn word(phrase: &'static str, instead: &'static str) -> Word {
    Word { phrase, instead, door: "" }
}

const WORDS: [Word; 9] = [
    Word {
        phrase: "Box::pin",
        instead: "name the future and pin it by pin-project",
        door: "ms-core/src/clock/drawer.rs",
    },
    word("async_trait", "name the future"),
    word("std::time::Instant", "use the clock's Instant, which tests can pause"),
    Word {
        phrase: "SystemTime::now",
        instead: "wall-clock time enters by the clock",
        door: "ms-core/src/clock/moment.rs",
    },
    word("todo!", "nothing unfinished"),
    word("unimplemented!", "nothing unfinished"),
    word("dbg!", "nothing unfinished"),
    word(".unwrap()", "return an error, or say by `expect` why it cannot fail"),
    word(".expect(\"\")", "say why it cannot fail"),
];

pub(crate) fn findings(source: &Source) -> Vec<Finding> {
    if !source.is_library() {
        return Vec::new();
    }
    let mut found = ignored(source);
    if source.path.split('/').any(|folder| folder == "testing") {
        return found;
    }
    for word in WORDS.iter().filter(|word| word.door != source.path) {
        let mut lines = tokens::find(&source.code, word.phrase);
        lines.extend(imported(source, word.phrase));
        lines.sort_unstable();
        lines.dedup();
        let what = format!("`{}`: {}", word.phrase, word.instead);
        found.extend(lines.into_iter().map(|line| source.finding(line, "forbidden", what.clone())));
    }
    found
}

/// Imports are looked at one by one: in `use std::time::{Duration, Instant}` the phrase is torn.
fn imported<'a>(source: &'a Source, phrase: &'a str) -> impl Iterator<Item = usize> + 'a {
    let imports = source.outline.references.iter().filter(|r| r.import.is_some());
    imports.filter(move |r| r.segments.join("::") == phrase).map(|r| r.line)
}

fn ignored(source: &Source) -> Vec<Finding> {
    let what = "`#[ignore]`: a test runs or it is not there";
    let whole = source.text.parse().map(tokens::flatten).unwrap_or_default();
    whole
        .windows(3)
        .filter(|w| w[0].text == "#" && w[1].text == "[" && w[2].text == "ignore")
        .map(|window| source.finding(window[0].line, "forbidden", what))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        findings(&Source::sample(path, text)).into_iter().map(|f| f.what).collect()
    }

    #[test]
    fn tests_docs_and_the_testing_folder_are_free() {
        let text =
            "/// `x.unwrap()`\nfn f() {}\n#[cfg(test)] mod tests { fn g() { h().unwrap() } }";
        assert!(found("ms-x/src/a.rs", text).is_empty());
        assert!(found("ms-x/src/testing/a.rs", "fn f() { g().unwrap() }").is_empty());
        assert!(found("ms-core/src/clock/moment.rs", "fn f() { SystemTime::now() }").is_empty());
        assert!(found("ms-x/src/a.rs", "fn f() { g().expect(\"it was checked\") }").is_empty());
    }

    #[test]
    fn s_1_a_clock_that_no_test_can_pause_is_found() {
        for text in [
            "use std::time::Instant;",
            "fn f(at: std::time::Instant) {}",
            "fn f() { std::time::SystemTime::now() }",
        ] {
            assert_eq!(found("ms-x/src/a.rs", text).len(), 1, "{text}");
        }
    }

    #[test]
    fn every_word_is_found() {
        for (text, phrase) in [
            ("fn f() { Box::pin(g()) }", "`Box::pin`"),
            ("#[async_trait] trait A {}", "`async_trait`"),
            ("use std::time::{Duration, Instant};", "`std::time::Instant`"),
            ("fn f() { std::time::SystemTime::now() }", "`SystemTime::now`"),
            ("fn f() { todo!() }", "`todo!`"),
            ("fn f() { unimplemented!() }", "`unimplemented!`"),
            ("fn f() { dbg!(1) }", "`dbg!`"),
            ("fn f() { assert!(g().unwrap()) }", "`.unwrap()`"),
            ("fn f() { g().expect(\"\") }", "`.expect(\"\")`"),
            ("#[cfg(test)] mod tests { #[test] #[ignore = \"x\"] fn f() {} }", "`#[ignore]`"),
        ] {
            let found = found("ms-x/src/a.rs", text);
            assert!(found.len() == 1 && found[0].starts_with(phrase), "{text}: {found:?}");
        }
    }
}
