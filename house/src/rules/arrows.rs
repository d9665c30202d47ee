//! Arrows inside a crate point down: no circle between files, none between folders.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::graph::{self, Arrows};
use crate::modules::Modules;
use crate::place::Place;
use crate::workspace::Workspace;

/// One file reaches for another.
#[derive(Debug)]
pub(crate) struct Arrow<'a> {
    pub(crate) from: &'a Place,
    pub(crate) to: Place,
    pub(crate) path: &'a str,
    pub(crate) line: usize,
}

/// What stands beside each other in one folder, and where one of them first names another.
#[derive(Debug, Default)]
struct Level<'a> {
    arrows: Arrows,
    seen: BTreeMap<(String, String), (&'a str, usize)>,
}

pub(crate) fn findings(workspace: &Workspace) -> Vec<Finding> {
    let modules = Modules::new(&workspace.sources);
    let mut levels: BTreeMap<Place, Level<'_>> = BTreeMap::new();
    for arrow in arrows(workspace, &modules) {
        let (from, to) = (&arrow.from.path, &arrow.to.path);
        let shared = from.iter().zip(to).take_while(|(a, b)| a == b).count();
        let above = Place { root: arrow.from.root.clone(), path: from[..shared].to_vec() };
        // A file that is the folder itself, such as `main.rs`, stands in it under its own name.
        let unit = |path: &[String]| path.get(shared).map_or("main", String::as_str).to_owned();
        let level = levels.entry(above).or_default();
        level.arrows.entry(unit(from)).or_default().insert(unit(to));
        level.seen.entry((unit(from), unit(to))).or_insert((arrow.path, arrow.line));
    }
    levels.values().flat_map(Level::findings).collect()
}

/// All arrows of all crates. Faces are no ends of arrows inside their own folder.
pub(crate) fn arrows<'a>(workspace: &'a Workspace, modules: &'a Modules<'_>) -> Vec<Arrow<'a>> {
    let mut found = Vec::new();
    for (source, file) in workspace.sources.iter().zip(0..) {
        let from = modules.place(file);
        for reference in &source.outline.references {
            let Some(target) = modules.locate(file, reference) else {
                continue;
            };
            let end = modules.definition(&target).file;
            let to = modules.place(end);
            let own_face = source.is_face() && to.path.starts_with(&from.path);
            let to_face = workspace.sources[end].is_face() && from.path.starts_with(&to.path);
            if end != file && !own_face && !to_face {
                let (to, path, line) = (to.clone(), source.path.as_str(), reference.line);
                found.push(Arrow { from, to, path, line });
            }
        }
    }
    found
}

impl Level<'_> {
    fn findings(&self) -> Vec<Finding> {
        graph::circles(&self.arrows)
            .into_iter()
            .filter_map(|circle| {
                let steps: Vec<_> = circle
                    .windows(2)
                    .filter_map(|pair| self.seen.get(&(pair[0].clone(), pair[1].clone())))
                    .collect();
                let (path, line) = **steps.first()?;
                let others: Vec<String> =
                    steps[1..].iter().map(|(path, line)| format!("{path}:{line}")).collect();
                let what = format!("circle {} (and {})", circle.join(" → "), others.join(", "));
                Some(Finding::new(path, line, "arrow", what))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACE: (&str, &str) = ("ms-x/src/lib.rs", "pub mod a; mod b;");

    #[test]
    fn arrows_that_point_down_are_right() {
        let workspace = Workspace::sample(&[
            FACE,
            ("ms-x/src/a/mod.rs", "mod layer; mod state; pub use layer::Layer;"),
            ("ms-x/src/a/layer.rs", "use super::state::State; use crate::b::B;"),
            ("ms-x/src/a/state.rs", "#[cfg(test)] mod tests { use crate::a::layer::Layer; }"),
            ("ms-x/src/b.rs", ""),
        ]);
        assert_eq!(findings(&workspace), []);
    }

    #[test]
    fn two_files_that_know_each_other_are_a_circle() {
        let workspace = Workspace::sample(&[
            FACE,
            ("ms-x/src/a/mod.rs", ""),
            ("ms-x/src/a/layer.rs", "use super::state::State;"),
            ("ms-x/src/a/state.rs", "\nfn f() { super::layer::go() }"),
        ]);
        let found = findings(&workspace);
        assert_eq!(found.len(), 1);
        let what = "circle layer → state → layer (and ms-x/src/a/state.rs:2)";
        assert_eq!((found[0].what.as_str(), found[0].line), (what, 1));
    }

    #[test]
    fn two_folders_that_know_each_other_are_a_circle() {
        let workspace = Workspace::sample(&[
            FACE,
            ("ms-x/src/a/one.rs", "use crate::b::one::One;"),
            ("ms-x/src/b/one.rs", ""),
            ("ms-x/src/b/two.rs", "use crate::a::two::Two;"),
            ("ms-x/src/a/two.rs", ""),
        ]);
        assert!(findings(&workspace)[0].what.starts_with("circle a → b → a"));
    }
}
