//! What a file says of itself: its imports, its paths, its function bodies, its test code.

use std::ops::RangeInclusive;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Visibility};

use crate::attributes;
use crate::imports::{self, Import};
use crate::tokens;

/// A path by which a file reaches for something.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub(crate) segments: Vec<String>,
    /// The name it has here, if it is an import.
    pub(crate) import: Option<String>,
    pub(crate) exported: bool,
    pub(crate) glob: bool,
    /// The modules written inside the file around it.
    pub(crate) inside: Vec<String>,
    pub(crate) line: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) name: String,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Outline {
    /// Outside test code only.
    pub(crate) references: Vec<Reference>,
    pub(crate) bodies: Vec<Body>,
    /// Lines that belong to tests.
    pub(crate) tests: Vec<RangeInclusive<usize>>,
    /// Modules declared here, as another file, for tests only.
    pub(crate) test_modules: Vec<String>,
    inside: Vec<String>,
    depth: usize,
}

impl Outline {
    pub(crate) fn of(file: &syn::File) -> Self {
        let mut outline = Self::default();
        outline.visit_file(file);
        outline
    }

    pub(crate) fn is_test(&self, line: usize) -> bool {
        self.tests.iter().any(|lines| lines.contains(&line))
    }

    fn refer(&mut self, segments: Vec<String>, line: usize) {
        let inside = self.inside.clone();
        self.push(Reference { segments, import: None, exported: false, glob: false, inside, line });
    }

    fn push(&mut self, reference: Reference) {
        if self.depth == 0 {
            self.references.push(reference);
        }
    }

    fn function(&mut self, name: &syn::Ident, block: &syn::Block) {
        let first = block.span().start().line;
        let last = block.span().end().line;
        self.bodies.push(Body { name: name.to_string(), first, last });
    }

    fn test(&mut self, attributes: &[Attribute], span: Span, walk: impl FnOnce(&mut Self)) {
        let test = attributes.iter().any(attributes::is_test);
        if test {
            self.tests.push(span.start().line..=span.end().line);
        }
        self.depth += usize::from(test);
        walk(self);
        self.depth -= usize::from(test);
    }
}

impl<'ast> Visit<'ast> for Outline {
    fn visit_item(&mut self, item: &'ast Item) {
        self.test(attributes::of(item), item.span(), |outline| {
            visit::visit_item(outline, item);
        });
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.content.is_none() && self.depth > 0 {
            self.test_modules.push(item.ident.to_string());
        }
        self.inside.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.inside.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let exported = !matches!(item.vis, Visibility::Inherited);
        for Import { segments, name, glob, line } in imports::of(item) {
            let (import, inside) = (Some(name), self.inside.clone());
            self.push(Reference { segments, import, exported, glob, inside, line });
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig.ident, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig.ident, &item.block);
        self.test(&item.attrs, item.span(), |outline| {
            visit::visit_impl_item_fn(outline, item);
        });
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig.ident, block);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 && path.leading_colon.is_none() {
            let segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.refer(segments, path.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        for (segments, line) in tokens::paths(&tokens::flatten(mac.tokens.clone())) {
            self.refer(segments, line);
        }
        visit::visit_macro(self, mac);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(text: &str) -> Outline {
        Outline::of(&syn::parse_file(text).unwrap())
    }

    #[test]
    fn test_code_is_left_out() {
        let found = outline("use a::b;\n#[cfg(test)] mod t { use e::F; }");
        assert_eq!(found.references.len(), 1);
        assert!(found.is_test(2) && !found.is_test(1));
    }

    #[test]
    fn bodies_are_measured_wherever_they_stand() {
        let found = outline("fn a() {}\nimpl X { fn b() {\n} }\ntrait Y { fn c() {} }");
        let names: Vec<&str> = found.bodies.iter().map(|body| body.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!((found.bodies[1].first, found.bodies[1].last), (2, 3));
    }
}
