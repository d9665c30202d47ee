//! Which file is which module.

use std::collections::BTreeSet;

use crate::source::Source;

/// A module's place: the crate's own root, then the names down to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) root: String,
    pub(crate) path: Vec<String>,
}

pub(crate) fn of(sources: &[Source]) -> Vec<Place> {
    let faces = sources.iter().filter(|source| matches!(source.name(), "lib.rs" | "main.rs"));
    let roots: BTreeSet<&str> = faces.map(Source::folder).collect();
    sources.iter().map(|source| place(source, &roots)).collect()
}

/// A file that no `lib.rs` or `main.rs` stands above, or one in `src/bin`, is a crate by itself.
fn place(source: &Source, roots: &BTreeSet<&str>) -> Place {
    let alone = Place { root: source.path.clone(), path: Vec::new() };
    if source.folder().ends_with("src/bin") {
        return alone;
    }
    let root = roots
        .iter()
        .filter(|root| source.path.starts_with(&format!("{root}/")))
        .max_by_key(|root| root.len());
    let Some(root) = root else { return alone };
    let inside = source.path[root.len() + 1..].trim_end_matches(".rs");
    let mut path: Vec<String> = inside.split('/').map(str::to_owned).collect();
    let name = path.last().map_or("", String::as_str);
    if name == "mod" || (path.len() == 1 && matches!(name, "lib" | "main")) {
        path.pop();
    }
    Place { root: (*root).to_owned(), path }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(paths: &[&str]) -> Vec<String> {
        let sources: Vec<Source> = paths.iter().map(|path| Source::sample(path, "")).collect();
        of(&sources).iter().map(|p| format!("{} {}", p.root, p.path.join("::"))).collect()
    }

    #[test]
    fn files_and_faces_are_modules_of_their_crate() {
        let found = places(&["a/src/lib.rs", "a/src/b/mod.rs", "a/src/b/c.rs"]);
        assert_eq!(found, ["a/src ", "a/src b", "a/src b::c"]);
    }

    #[test]
    fn programs_and_test_files_stand_alone() {
        let found = places(&["a/src/lib.rs", "a/src/bin/b.rs", "a/tests/c.rs", "a/d/main.rs"]);
        assert_eq!(found[1..], ["a/src/bin/b.rs ", "a/tests/c.rs ", "a/d "]);
    }
}
