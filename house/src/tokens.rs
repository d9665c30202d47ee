//! A source as a flat row of words, for rules that look for a phrase wherever it stands.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
}

pub(crate) fn flatten(stream: TokenStream) -> Vec<Token> {
    let mut row = Vec::new();
    append(stream, &mut row);
    row
}

/// The lines on which `phrase`, written as Rust, stands in `row`.
pub(crate) fn find(row: &[Token], phrase: &str) -> Vec<usize> {
    let phrase: Vec<Token> = phrase.parse().map(flatten).unwrap_or_default();
    if phrase.is_empty() {
        return Vec::new();
    }
    row.windows(phrase.len())
        .filter(|window| window.iter().zip(&phrase).all(|(a, b)| a.text == b.text))
        .map(|window| window[0].line)
        .collect()
}

/// The paths of two segments and more (`super::state::State`) in `row`.
pub(crate) fn paths(row: &[Token]) -> Vec<(Vec<String>, usize)> {
    let mut found = Vec::new();
    let mut rest = row;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if !is_word(first) {
            continue;
        }
        let mut path = vec![first.text.clone()];
        while let [a, b, next, tail @ ..] = rest
            && a.text == ":"
            && b.text == ":"
            && is_word(next)
        {
            path.push(next.text.clone());
            rest = tail;
        }
        if path.len() > 1 {
            found.push((path, first.line));
        }
    }
    found
}

fn is_word(token: &Token) -> bool {
    token.text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

fn append(stream: TokenStream, row: &mut Vec<Token>) {
    for tree in stream {
        let line = tree.span().start().line;
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                row.push(Token { text: open.to_owned(), line });
                append(group.stream(), row);
                let line = group.span_close().end().line;
                row.push(Token { text: close.to_owned(), line });
            }
            other => row.push(Token { text: other.to_string(), line }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> Vec<Token> {
        flatten(text.parse().unwrap())
    }

    #[test]
    fn a_phrase_is_found_across_spaces_and_lines() {
        assert_eq!(find(&row("a\nBox ::\n pin(x)"), "Box::pin"), [2]);
    }

    #[test]
    fn a_phrase_in_a_string_is_not_code() {
        assert!(find(&row("let x = \"Box::pin\";"), "Box::pin").is_empty());
    }

    #[test]
    fn paths_are_found_inside_macros() {
        let found = paths(&row("select! { super::state::x() => 1 }"));
        assert_eq!(found, [(vec!["super".into(), "state".into(), "x".into()], 1)]);
    }
}
