//! The names of all tests of a file, those inside macros too.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Name and line of every `#[test]`, `#[tokio::test]`, and function in a macro's braces.
pub(crate) fn tests(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    collect(text.parse().unwrap_or_default(), false, &mut found);
    found
}

/// The id that a name bears: `s_to_1_a_late_answer` bears `S-TO-1`.
pub(crate) fn id(name: &str) -> Option<String> {
    let mut parts = name.strip_prefix("s_")?.split('_');
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let first = parts.next().filter(|part| !part.is_empty())?;
    if is_number(first) {
        return Some(format!("S-{first}"));
    }
    let number = parts.next().filter(|part| !part.is_empty() && is_number(part))?;
    Some(format!("S-{}-{number}", first.to_uppercase()))
}

fn collect(stream: TokenStream, in_macro: bool, found: &mut Vec<(String, usize)>) {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let mut marked = false;
    for (tree, at) in trees.iter().zip(0..) {
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                let hash = at > 0 && is_punct(&trees[at - 1], '#');
                marked |= hash && is_test(group.stream());
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let called = at > 0 && is_punct(&trees[at - 1], '!');
                collect(group.stream(), called || in_macro, found);
                marked = false;
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => marked = false,
            TokenTree::Ident(word) if word == "fn" && (marked || in_macro) => {
                if let Some(TokenTree::Ident(name)) = trees.get(at + 1) {
                    found.push((name.to_string(), name.span().start().line));
                }
                marked = false;
            }
            _ => {}
        }
    }
}

/// `test`, `tokio::test`, `tokio::test(start_paused = true)`.
fn is_test(attribute: TokenStream) -> bool {
    let path = attribute.into_iter().take_while(|tree| !matches!(tree, TokenTree::Group(_)));
    path.last().is_some_and(|tree| tree.to_string() == "test")
}

fn is_punct(tree: &TokenTree, sign: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign)
}

#[cfg(test)]
mod tests {
    use super::{id, tests};

    fn names(text: &str) -> Vec<String> {
        tests(text).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn tests_are_found_however_they_are_marked() {
        let text = "mod tests {\n#[test]\nfn a() { }\n#[tokio::test(start_paused = true)]\n\
                    async fn b() {}\nproptest! { #[test]\nfn c(x in 0..9u8) {} }\n}";
        assert_eq!(names(text), ["a", "b", "c"]);
        assert_eq!(tests(text)[1].1, 5);
    }

    #[test]
    fn helpers_are_no_tests() {
        let text = "#[test]\nfn a() { fn x() {} }\nfn y() {}\n#[cfg(test)]\nfn z() {}\n\
                    macro_rules! m { () => { fn w() {} } }";
        assert_eq!(names(text), ["a"]);
    }

    #[test]
    fn a_name_bears_an_id_or_none() {
        assert_eq!(id("s_to_1_a_late_answer").as_deref(), Some("S-TO-1"));
        assert_eq!(id("s_17_bounded").as_deref(), Some("S-17"));
        assert_eq!(id("s_cb_12_x").as_deref(), Some("S-CB-12"));
        assert_eq!((id("s_expression_parses"), id("success"), id("s_")), (None, None, None));
    }
}
