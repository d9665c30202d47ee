//! A thing is imported by its name, from the file that defines it.

use std::path::Path;

use crate::finding::Finding;
use crate::modules::Modules;
use crate::outline::Reference;
use crate::source::Source;
use crate::workspace::Workspace;

pub(crate) fn findings(workspace: &Workspace) -> Vec<Finding> {
    let modules = Modules::new(&workspace.sources);
    let mut found = Vec::new();
    for (source, file) in workspace.sources.iter().zip(0..) {
        for reference in source.outline.references.iter().filter(|r| r.import.is_some()) {
            let what = glob(reference)
                .or_else(|| root(reference))
                .or_else(|| face(&workspace.sources, &modules, file, reference));
            found.extend(what.map(|what| source.finding(reference.line, "import", what)));
        }
    }
    found
}

fn glob(reference: &Reference) -> Option<String> {
    reference.glob.then(|| {
        let path = reference.segments.join("::");
        format!("glob import `{path}::*`: name what is needed")
    })
}

fn root(reference: &Reference) -> Option<String> {
    let [first, second, ..] = reference.segments.as_slice() else {
        return None;
    };
    (first == "crate" && second.starts_with(char::is_uppercase))
        .then(|| format!("`crate::{second}` goes through the root: name the file that defines it"))
}

/// Strangers come in by the face of a folder; whoever lives in the folder goes to the file.
fn face(
    sources: &[Source],
    modules: &Modules<'_>,
    file: usize,
    reference: &Reference,
) -> Option<String> {
    if sources[file].is_face() {
        return None;
    }
    let target = modules.locate(file, reference)?;
    let definition = modules.definition(&target);
    let lives_there = folder(&sources[file].path).starts_with(folder(&sources[target.file].path));
    (definition != target && lives_there).then(|| {
        let path = reference.segments.join("::");
        format!("`{path}` goes through a face: it is defined in {}", sources[definition.file].path)
    })
}

fn folder(path: &str) -> &Path {
    Path::new(path).parent().unwrap_or(Path::new(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Finding> {
        findings(&Workspace::sample(&[
            ("ms-x/src/lib.rs", "pub mod a; mod b;"),
            ("ms-x/src/a/mod.rs", "mod c; pub use c::C;"),
            ("ms-x/src/a/c.rs", "pub struct C;"),
            ("ms-x/src/b.rs", text),
        ]))
    }

    #[test]
    fn an_import_from_the_file_is_right() {
        assert_eq!(found("use crate::a::c::C; use std::fmt::{self, Debug};"), []);
    }

    #[test]
    fn globs_are_for_tests() {
        assert_eq!(found("#[cfg(test)] mod tests { use super::*; }"), []);
        assert!(found("use std::fmt::*;")[0].what.contains("glob import `std::fmt::*`"));
    }

    #[test]
    fn the_root_is_no_source() {
        assert!(found("use crate::C;")[0].what.contains("goes through the root"));
    }

    #[test]
    fn strangers_come_in_by_the_face() {
        assert_eq!(found("use crate::a::C;"), []);
    }

    #[test]
    fn whoever_lives_in_a_folder_does_not_go_through_its_face() {
        let found = findings(&Workspace::sample(&[
            ("ms-x/src/lib.rs", "pub mod a;"),
            ("ms-x/src/a/mod.rs", "mod b; mod c; pub use c::C;"),
            ("ms-x/src/a/b.rs", "use super::C;"),
            ("ms-x/src/a/c.rs", "pub struct C;"),
        ]));
        assert!(found[0].what.contains("it is defined in ms-x/src/a/c.rs"), "{found:?}");
    }
}
