//! Who is speaking, in metrics, logs and errors.
//!
//! ```
//! use ms_core::name::Name;
//!
//! let users = Name::from("users");
//! assert_eq!(users.as_str(), "users");
//! assert_eq!(users.of("eu-1").as_str(), "users/eu-1");
//! ```

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// The longest name, in bytes.
pub const MAX_LEN: usize = 128;

/// What a name is called that was given none.
const UNNAMED: &str = "unnamed";

/// The name of a policy: short, printable text that is cheap to clone.
///
/// Whatever text it is made of, a name can stand in a log line and in a label: control characters
/// become `�`, what exceeds [`MAX_LEN`] bytes is cut and ends with `…`, and the empty name is
/// `unnamed`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of one instance of a keyed policy: `name/key`.
    #[must_use]
    pub fn of(&self, key: impl fmt::Display) -> Self {
        Self::from(format!("{self}/{key}"))
    }

    /// The name of the `number`th living policy that was given this name: `name#2`.
    #[must_use]
    pub fn numbered(&self, number: usize) -> Self {
        let suffix = format!("#{number}");
        Self(format!("{}{suffix}", cut(&self.0, MAX_LEN - suffix.len())).into())
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        if text.is_empty() {
            return Self(UNNAMED.into());
        }
        if text.len() <= MAX_LEN && !text.chars().any(char::is_control) {
            return Self(text.into());
        }
        let printable: String = text
            .chars()
            .take(MAX_LEN + 1)
            .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
            .collect();
        Self(cut(&printable, MAX_LEN).into())
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&String> for Name {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&Self> for Name {
    fn from(name: &Self) -> Self {
        name.clone()
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// `text` in at most `max` bytes; an ellipsis stands for what is missing.
fn cut(text: &str, max: usize) -> String {
    if text.len() <= max {
        return text.to_owned();
    }
    let room = max - '…'.len_utf8();
    let end = (0..=room).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_name_says_so() {
        assert_eq!(Name::from("").as_str(), "unnamed");
    }

    #[test]
    fn a_numbered_name_keeps_its_number_when_it_is_cut() {
        let name = Name::from("n".repeat(MAX_LEN)).numbered(12);
        assert!(name.ends_with("…#12") && name.len() <= MAX_LEN, "{name}");
    }

    proptest::proptest! {
        #[test]
        fn whatever_it_is_made_of_a_name_is_short_and_printable(
            text in "\\PC*|.*|[\\x00-\\xff]{100,300}",
        ) {
            let name = Name::from(text);
            proptest::prop_assert!(!name.is_empty() && name.len() <= MAX_LEN);
            proptest::prop_assert!(!name.chars().any(char::is_control));
        }

        #[test]
        fn a_good_name_is_kept_as_it_is(text in "[ -~]{1,128}") {
            let name = Name::from(&text);
            proptest::prop_assert_eq!(name.as_str(), text);
        }
    }
}
