//! Files, functions and lines stay small enough to be read at once.

use crate::finding::Finding;
use crate::source::Source;

const FILE: usize = 300;
const FUNCTION: usize = 60;
const LINE: usize = 100;

pub(crate) fn findings(source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    let lines = source.text.lines().count();
    if lines > FILE {
        let what = format!("{lines} lines, at most {FILE}: it is two things, name both");
        found.push(source.finding(lines, "size", what));
    }
    for body in &source.outline.bodies {
        let lines = (body.last - body.first).saturating_sub(1);
        if lines > FUNCTION {
            let what = format!("`{}` has {lines} lines in its body, at most {FUNCTION}", body.name);
            found.push(source.finding(body.first, "size", what));
        }
    }
    for (line, number) in source.text.lines().zip(1..) {
        let columns = line.chars().count();
        if columns > LINE {
            let what = format!("{columns} columns, at most {LINE}");
            found.push(source.finding(number, "size", what));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        findings(&Source::sample("ms-x/src/a.rs", text)).into_iter().map(|f| f.what).collect()
    }

    fn function(lines: usize) -> String {
        format!("fn f() {{\n{}}}\n", "    g();\n".repeat(lines))
    }

    #[test]
    fn the_limits_themselves_are_allowed() {
        assert!(found(&"// x\n".repeat(300)).is_empty());
        assert!(found(&function(60)).is_empty());
        assert!(found(&format!("// {}", "ä".repeat(97))).is_empty());
    }

    #[test]
    fn one_more_is_too_much() {
        assert!(found(&"// x\n".repeat(301))[0].starts_with("301 lines, at most 300"));
        assert_eq!(found(&function(61)), ["`f` has 61 lines in its body, at most 60"]);
        assert_eq!(found(&format!("// {}", "x".repeat(98))), ["101 columns, at most 100"]);
    }
}
