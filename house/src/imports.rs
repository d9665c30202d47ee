//! A `use` as the single names that it brings.

use syn::spanned::Spanned;
use syn::{ItemUse, UseTree};

#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) segments: Vec<String>,
    /// What it is called here.
    pub(crate) name: String,
    pub(crate) glob: bool,
    pub(crate) line: usize,
}

/// None for `use ::name`, which is always another crate.
pub(crate) fn of(item: &ItemUse) -> Vec<Import> {
    let mut found = Vec::new();
    if item.leading_colon.is_none() {
        unfold(&item.tree, &[], &mut found);
    }
    found
}

fn unfold(tree: &UseTree, above: &[String], found: &mut Vec<Import>) {
    let line = tree.span().start().line;
    match tree {
        UseTree::Name(leaf) => {
            let name = leaf.ident.to_string();
            found.push(leaf_of(above, &name, &name, line));
        }
        UseTree::Rename(leaf) => {
            let (name, own) = (leaf.ident.to_string(), leaf.rename.to_string());
            found.push(leaf_of(above, &name, &own, line));
        }
        UseTree::Glob(_) => {
            let (segments, name) = (above.to_vec(), "*".to_owned());
            found.push(Import { segments, name, glob: true, line });
        }
        UseTree::Path(path) => {
            let above = [above, &[path.ident.to_string()]].concat();
            unfold(&path.tree, &above, found);
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                unfold(tree, above, found);
            }
        }
    }
}

fn leaf_of(above: &[String], name: &str, own: &str, line: usize) -> Import {
    let mut segments = above.to_vec();
    let mut own = own.to_owned();
    match above.last() {
        // `use a::b::{self}` brings `b`.
        Some(last) if name == "self" && own == "self" => own.clone_from(last),
        Some(_) if name == "self" => {}
        _ => segments.push(name.to_owned()),
    }
    Import { segments, name: own, glob: false, line }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let item: ItemUse = syn::parse_str(text).unwrap();
        of(&item).iter().map(|i| format!("{} as {}", i.segments.join("::"), i.name)).collect()
    }

    #[test]
    fn groups_renames_and_self_are_unfolded() {
        let found = names("use a::{self, b::{C as D, *}};");
        assert_eq!(found, ["a as a", "a::b::C as D", "a::b as *"]);
    }

    #[test]
    fn a_leading_colon_is_another_crate() {
        assert!(names("use ::a::b;").is_empty());
    }
}
