//! A face (`mod.rs`, `lib.rs`) holds docs, `mod` and `pub use`, nothing else; tests have none.

use syn::spanned::Spanned;
use syn::{Item, Visibility};

use crate::finding::Finding;
use crate::source::Source;

pub(crate) fn findings(source: &Source) -> Vec<Finding> {
    if !source.is_face() || source.test {
        return Vec::new();
    }
    let strange = source.file.items.iter().filter_map(|item| Some((item, trouble(item)?)));
    strange
        .map(|(item, what)| {
            let what = format!("{what} in a face: it holds docs, `mod` and `pub use` only");
            source.finding(item.span().start().line, "face", what)
        })
        .collect()
}

fn trouble(item: &Item) -> Option<&'static str> {
    match item {
        Item::Mod(module) if module.attrs.iter().any(|a| a.path().is_ident("macro_use")) => {
            Some("`#[macro_use]`")
        }
        // An empty body is allowed: it is how a README's examples become doc tests.
        Item::Mod(module) if module.content.as_ref().is_none_or(|(_, items)| items.is_empty()) => {
            None
        }
        Item::Mod(_) => Some("a module with a body"),
        Item::Use(import) if matches!(import.vis, Visibility::Inherited) => Some("a private `use`"),
        Item::Use(_) => None,
        Item::Macro(_) => Some("a macro"),
        _ => Some("an item"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;

    fn count(text: &str) -> usize {
        findings(&Source::sample("ms-x/src/a/mod.rs", text)).len()
    }

    #[test]
    fn docs_modules_and_exports_are_a_face() {
        assert_eq!(count("//! A.\n#[cfg(feature = \"b\")]\nmod b;\npub use b::B;"), 0);
    }

    #[test]
    fn a_folder_of_tests_needs_none() {
        let tests = ("ms-x/src/tests/mod.rs", "mod a; struct Setup;");
        let workspace = Workspace::sample(&[("ms-x/src/lib.rs", "#[cfg(test)] mod tests;"), tests]);
        assert_eq!(workspace.sources.iter().flat_map(findings).count(), 0);
    }

    #[test]
    fn items_macros_and_private_imports_are_not() {
        assert_eq!(count("struct A;"), 1);
        assert_eq!(count("macro_rules! a { () => {} }"), 1);
        assert_eq!(count("#[macro_use]\nmod a;"), 1);
        assert_eq!(count("use std::fmt;"), 1);
        assert_eq!(count("mod a { struct B; }"), 1);
    }
}
