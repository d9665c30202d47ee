//! Comments and docs speak of the code, not of how or where the repository was made.

use crate::finding::Finding;
use crate::source::Source;
use crate::workspace::Workspace;

const PHRASES: [&str; 4] = ["as an ai", "this session", "/work/", "/root/"];

pub(crate) fn findings(source: &Source) -> Vec<Finding> {
    let comments = source.text.lines().zip(1..).filter_map(|(line, number)| {
        let start = if line.trim_start().starts_with("//") { Some(0) } else { line.find(" // ") };
        Some((&line[start?..], number))
    });
    comments.filter_map(|(text, line)| finding(&source.path, line, text)).collect()
}

pub(crate) fn findings_in_texts(workspace: &Workspace) -> Vec<Finding> {
    let lines = workspace.texts.iter().flat_map(|(path, text)| {
        text.lines().zip(1..).filter_map(move |(line, number)| finding(path, number, line))
    });
    lines.collect()
}

fn finding(path: &str, line: usize, text: &str) -> Option<Finding> {
    let lower = text.to_lowercase();
    let phrase = PHRASES.iter().find(|phrase| lower.contains(**phrase))?;
    Some(Finding::new(path, line, "comment", format!("`{phrase}` is not about the code")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        let found = findings(&Source::sample("ms-x/src/a.rs", text));
        found.into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn code_and_reasons_are_fine() {
        assert!(lines("// The wait ends at the deadline.\nconst A: &str = \"/work/\";").is_empty());
    }

    #[test]
    fn a_place_or_a_maker_is_found() {
        assert_eq!(lines("//! See /work/x.\nfn f() {}\n/// As an AI, I\nfn g() {}"), [1, 3]);
        assert_eq!(lines(&["fn f() {}", "// in /root/x"].join(" ")), [1]);
        let workspace = Workspace::sample(&[("README.md", "Made in this session.")]);
        assert_eq!(findings_in_texts(&workspace).len(), 1);
    }
}
