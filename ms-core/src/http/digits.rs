//! A number as the text of a header, without an allocation.
//!
//! ```
//! use http::HeaderValue;
//! use ms_core::http::grpc_timeout;
//! use std::time::Duration;
//!
//! let digits = grpc_timeout::format(Duration::from_millis(250));
//! assert_eq!(digits.as_str(), "250000u");
//! assert_eq!(HeaderValue::from(digits), "250000u");
//! ```

use std::fmt;

use ::http::HeaderValue;

/// As many as a `u64` has.
const MAX_LEN: usize = 20;

/// The decimal digits of a number, and a unit if it has one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digits {
    /// Filled from the end.
    bytes: [u8; MAX_LEN],
    start: usize,
}

impl Digits {
    /// The digits of `number`.
    pub(super) fn new(number: u64) -> Self {
        Self { bytes: [0; MAX_LEN], start: MAX_LEN }.before(number)
    }

    /// The digits of `number`, which has at most 19, and `unit`.
    pub(super) fn with_unit(number: u64, unit: u8) -> Self {
        let mut bytes = [0; MAX_LEN];
        bytes[MAX_LEN - 1] = unit;
        Self { bytes, start: MAX_LEN - 1 }.before(number)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // It is ASCII, always: only this file writes the bytes.
        std::str::from_utf8(&self.bytes[self.start..]).unwrap_or_default()
    }

    fn before(mut self, mut number: u64) -> Self {
        loop {
            #[allow(clippy::cast_possible_truncation, reason = "it is below 10")]
            let digit = (number % 10) as u8;
            self.start -= 1;
            self.bytes[self.start] = b'0' + digit;
            number /= 10;
            if number == 0 {
                return self;
            }
        }
    }
}

impl From<Digits> for HeaderValue {
    #[allow(clippy::expect_used, reason = "only this file writes the bytes")]
    fn from(digits: Digits) -> Self {
        Self::from_str(digits.as_str()).expect("digits and units are visible")
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn the_digits_are_those_of_the_number(number: u64) {
            proptest::prop_assert_eq!(Digits::new(number).to_string(), number.to_string());
        }

        #[test]
        fn a_unit_follows_the_digits(number in 0..10_u64.pow(19)) {
            let text = Digits::with_unit(number, b'm').to_string();
            proptest::prop_assert_eq!(text, format!("{number}m"));
        }
    }

    #[test]
    fn the_largest_number_fits() {
        assert_eq!(Digits::new(u64::MAX).as_str(), "18446744073709551615");
    }
}
