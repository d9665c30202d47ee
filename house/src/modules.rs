//! Which file is which module, and where a path leads.

use std::collections::BTreeMap;

use crate::outline::Reference;
use crate::place::{self, Place};
use crate::source::Source;

/// Where a path leads: the last module on it that is a file, and what it names there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) file: usize,
    pub(crate) rest: Vec<String>,
}

pub(crate) struct Modules<'a> {
    sources: &'a [Source],
    places: Vec<Place>,
    files: BTreeMap<Place, usize>,
}

impl<'a> Modules<'a> {
    pub(crate) fn new(sources: &'a [Source]) -> Self {
        let places = place::of(sources);
        let files = places.iter().cloned().zip(0..).collect();
        Self { sources, places, files }
    }

    pub(crate) fn place(&self, file: usize) -> &Place {
        &self.places[file]
    }

    /// Where `reference`, written in `file`, leads; `None` if that is another crate.
    pub(crate) fn locate(&self, file: usize, reference: &Reference) -> Option<Target> {
        let place = &self.places[file];
        let mut path = [place.path.as_slice(), &reference.inside].concat();
        let mut segments = reference.segments.as_slice();
        match segments.first()?.as_str() {
            "crate" => {
                path.clear();
                segments = &segments[1..];
            }
            "self" => segments = &segments[1..],
            "super" => {}
            child => {
                let mut below = place.path.clone();
                below.push(child.to_owned());
                let below = Place { root: place.root.clone(), path: below };
                if !reference.inside.is_empty() || !self.files.contains_key(&below) {
                    return None;
                }
            }
        }
        while segments.first().is_some_and(|segment| segment == "super") {
            path.pop()?;
            segments = &segments[1..];
        }
        path.extend_from_slice(segments);
        self.deepest(&place.root, &path)
    }

    /// The same, followed through the faces that export it onwards.
    pub(crate) fn definition(&self, target: &Target) -> Target {
        let mut target = target.clone();
        // As many steps as faces can lie behind each other; a circle of exports ends here too.
        for _ in 0..8 {
            let source = &self.sources[target.file];
            let Some(name) = target.rest.first().filter(|_| source.is_face()) else {
                break;
            };
            let export =
                source.outline.references.iter().find(|reference| {
                    reference.exported && reference.import.as_ref() == Some(name)
                });
            let Some(mut next) = export.and_then(|export| self.locate(target.file, export)) else {
                break;
            };
            next.rest.extend_from_slice(&target.rest[1..]);
            target = next;
        }
        target
    }

    /// The files that a test module's declaration, in any file, makes test code.
    pub(crate) fn test_files(&self) -> Vec<usize> {
        let mut found = Vec::new();
        for (source, above) in self.sources.iter().zip(&self.places) {
            let declared = source.outline.test_modules.iter().map(|name| {
                let mut path = above.path.clone();
                path.push(name.clone());
                path
            });
            let tops: Vec<Vec<String>> =
                declared.chain(source.test.then(|| above.path.clone())).collect();
            found.extend(self.places.iter().zip(0..).filter_map(|(place, file)| {
                let below = tops.iter().any(|top| place.path.starts_with(top));
                (place.root == above.root && below).then_some(file)
            }));
        }
        found
    }

    fn deepest(&self, root: &str, path: &[String]) -> Option<Target> {
        (0..=path.len()).rev().find_map(|length| {
            let place = Place { root: root.to_owned(), path: path[..length].to_vec() };
            let file = *self.files.get(&place)?;
            Some(Target { file, rest: path[length..].to_vec() })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<Source> =
            files.iter().map(|(path, text)| Source::sample(path, text)).collect();
        let modules = Modules::new(&sources);
        let (source, file) = (&sources[0], 0);
        let targets = source.outline.references.iter().filter_map(|reference| {
            let target = modules.definition(&modules.locate(file, reference)?);
            Some(format!("{} {}", sources[target.file].path, target.rest.join("::")))
        });
        targets.collect()
    }

    #[test]
    fn a_path_leads_to_the_file_that_defines_the_thing() {
        let found = leads(&[
            ("ms-x/src/a/b.rs", "use super::c::C; fn f() { crate::d::e(); std::mem::drop(1) }"),
            ("ms-x/src/a/c.rs", "pub struct C;"),
            ("ms-x/src/d.rs", "pub fn e() {}"),
            ("ms-x/src/lib.rs", ""),
        ]);
        assert_eq!(found, ["ms-x/src/a/c.rs C", "ms-x/src/d.rs e"]);
    }

    #[test]
    fn a_face_is_looked_through() {
        let found = leads(&[
            ("ms-x/src/d.rs", "use crate::a::C;"),
            ("ms-x/src/a/mod.rs", "mod c; pub use c::C;"),
            ("ms-x/src/a/c.rs", "pub struct C;"),
            ("ms-x/src/lib.rs", ""),
        ]);
        assert_eq!(found, ["ms-x/src/a/c.rs C"]);
    }
}
