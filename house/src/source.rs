//! One file of Rust, read once for all rules.

use proc_macro2::TokenStream;

use crate::finding::Finding;
use crate::outline::Outline;
use crate::tokens::{self, Token};

pub(crate) struct Source {
    /// From the root of the workspace, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) file: syn::File,
    pub(crate) outline: Outline,
    /// All words outside test code.
    pub(crate) code: Vec<Token>,
    pub(crate) test: bool,
}

impl Source {
    pub(crate) fn parse(path: &str, text: &str) -> Result<Self, Finding> {
        let unreadable = |line, error: String| Finding::new(path, line, "syntax", error);
        let file = syn::parse_file(text)
            .map_err(|error| unreadable(error.span().start().line, error.to_string()))?;
        let stream: TokenStream =
            text.parse().map_err(|error| unreadable(1, format!("{error}")))?;
        let outline = Outline::of(&file);
        let mut code = tokens::flatten(stream);
        code.retain(|token| !outline.is_test(token.line));
        let (path, text) = (path.to_owned(), text.to_owned());
        let mut source = Self { path, text, file, outline, code, test: false };
        if source.name() == "tests.rs" || source.path.split('/').nth(1) == Some("tests") {
            source.mark_test();
        }
        Ok(source)
    }

    /// The whole file is there for tests only.
    pub(crate) fn mark_test(&mut self) {
        self.test = true;
        self.code.clear();
        self.outline.references.clear();
    }

    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    pub(crate) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    pub(crate) fn is_face(&self) -> bool {
        matches!(self.name(), "mod.rs" | "lib.rs")
    }

    /// Part of what users of the four libraries get.
    pub(crate) fn is_library(&self) -> bool {
        self.path.starts_with("ms-") && self.path.split('/').nth(1) == Some("src")
    }

    pub(crate) fn finding(
        &self,
        line: usize,
        rule: &'static str,
        what: impl Into<String>,
    ) -> Finding {
        Finding::new(&self.path, line, rule, what)
    }
}

#[cfg(test)]
impl Source {
    pub(crate) fn sample(path: &str, text: &str) -> Self {
        Self::parse(path, text).unwrap()
    }
}
