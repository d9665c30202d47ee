//! No feature is asked for inside a function: a whole item is there, or it is not.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Macro, Meta};

use crate::finding::Finding;
use crate::source::Source;
use crate::tokens;

#[derive(Debug, Default)]
struct Questions {
    depth: usize,
    asked: Vec<(usize, &'static str)>,
}

pub(crate) fn findings(source: &Source) -> Vec<Finding> {
    let mut questions = Questions::default();
    questions.visit_file(&source.file);
    let asked = questions.asked.into_iter();
    asked
        .map(|(line, how)| {
            let what = format!("{how} inside a function body: put it on an item or a file");
            source.finding(line, "cfg", what)
        })
        .collect()
}

impl<'ast> Visit<'ast> for Questions {
    fn visit_block(&mut self, block: &'ast Block) {
        self.depth += 1;
        visit::visit_block(self, block);
        self.depth -= 1;
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let conditional = attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr");
        let Meta::List(list) = &attribute.meta else {
            return;
        };
        let words = tokens::flatten(list.tokens.clone());
        if self.depth > 0 && conditional && words.iter().any(|word| word.text == "feature") {
            self.asked.push((attribute.span().start().line, "`#[cfg(feature)]`"));
        }
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let words = tokens::flatten(mac.tokens.clone());
        let names_feature = words.iter().any(|word| word.text == "feature");
        let asks = mac.path.is_ident("cfg") || !tokens::find(&words, "cfg!").is_empty();
        if self.depth > 0 && asks && names_feature {
            self.asked.push((mac.span().start().line, "`cfg!(feature)`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        let source = Source::sample("ms-x/src/a.rs", text);
        findings(&source).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn items_and_files_may_ask() {
        let text = "#![cfg(feature = \"a\")]\n#[cfg(feature = \"b\")]\nfn f() { g() }";
        assert!(lines(text).is_empty());
    }

    #[test]
    fn a_body_may_ask_for_other_things() {
        assert!(lines("fn f() { if cfg!(debug_assertions) { g() } }").is_empty());
    }

    #[test]
    fn a_body_may_not() {
        assert_eq!(lines("fn f() {\n#[cfg(any(feature = \"a\", b))]\ng();\n}"), [2]);
        assert_eq!(lines("fn f() {\nif cfg!(feature = \"a\") { g() }\n}"), [2]);
        assert_eq!(lines("impl A { fn f() {\n\nassert!(cfg!(feature = \"a\"));\n} }"), [3]);
    }
}
