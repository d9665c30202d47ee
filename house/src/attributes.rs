//! What the attributes of an item say.

use syn::{Attribute, Item};

use crate::tokens;

/// `#[cfg(test)]`, `#[cfg(all(test, ..))]`, `#[test]`, `#[tokio::test]`.
pub(crate) fn is_test(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    if last.is_some_and(|segment| segment.ident == "test") {
        return true;
    }
    let syn::Meta::List(list) = &attribute.meta else {
        return false;
    };
    let words: Vec<String> =
        tokens::flatten(list.tokens.clone()).into_iter().map(|token| token.text).collect();
    attribute.path().is_ident("cfg")
        && match words.first().map(String::as_str) {
            Some("test") => true,
            Some("all") => words.iter().any(|word| word == "test"),
            _ => false,
        }
}

pub(crate) fn of(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(text: &str) -> bool {
        let file = syn::parse_file(text).unwrap();
        of(&file.items[0]).iter().any(is_test)
    }

    #[test]
    fn what_only_tests_see_is_test_code() {
        assert!(test("#[cfg(test)] mod a {}"));
        assert!(test("#[cfg(all(test, not(ms_loom)))] use a::b;"));
        assert!(test("#[tokio::test(start_paused = true)] async fn a() {}"));
    }

    #[test]
    fn what_users_may_see_is_not() {
        assert!(!test("#[cfg(any(test, feature = \"testing\"))] mod a {}"));
        assert!(!test("#[cfg(not(test))] mod a {}"));
    }
}
