//! Hearts are pure: what a model checker runs does not name tokio.

use crate::finding::Finding;
use crate::source::Source;

const HEARTS: [&str; 5] = ["queue.rs", "share.rs", "state.rs", "sync.rs", "window.rs"];

pub(crate) fn findings(source: &Source) -> Vec<Finding> {
    if !source.is_library() || !is_heart(source) {
        return Vec::new();
    }
    let named = source.code.iter().filter(|token| token.text == "tokio");
    let mut found: Vec<Finding> = named
        .map(|token| source.finding(token.line, "heart", "a heart names tokio: loom cannot run it"))
        .collect();
    found.dedup();
    found
}

fn is_heart(source: &Source) -> bool {
    let switched = |path: &[String]| match path {
        [root, sync, ..] => (root == "crate" || root == "ms_core") && sync == "sync",
        _ => false,
    };
    HEARTS.contains(&source.name())
        || source.outline.references.iter().any(|reference| switched(&reference.segments))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        findings(&Source::sample(path, text)).len()
    }

    #[test]
    fn a_layer_may_name_tokio_and_a_heart_its_tests() {
        assert_eq!(count("ms-x/src/layer.rs", "use tokio::sync::Notify;"), 0);
        let text = "use crate::sync::AtomicU64;\n#[cfg(test)] mod tests { use tokio::test; }";
        assert_eq!(count("ms-x/src/state.rs", text), 0);
    }

    #[test]
    fn a_heart_by_name_or_by_atomics_may_not() {
        assert_eq!(count("ms-x/src/window.rs", "fn f() { tokio::spawn(g()) }"), 1);
        assert_eq!(
            count("ms-x/src/a.rs", "use ms_core::sync::Mutex;\nuse tokio::sync::Notify;"),
            1
        );
    }
}
