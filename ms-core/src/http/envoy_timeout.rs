//! `x-envoy-expected-rq-timeout-ms`: the time that remains for a call over HTTP.
//!
//! ```
//! use ms_core::http::envoy_timeout::{InvalidEnvoyTimeout, format, parse};
//! use std::time::Duration;
//!
//! assert_eq!(parse("250"), Ok(Duration::from_millis(250)));
//! assert_eq!(parse("-1"), Err(InvalidEnvoyTimeout::Digits));
//! assert_eq!(format(Duration::from_micros(2999)).as_str(), "2");
//! ```
//!
//! # Behaviour
//!
//! Written is the number of milliseconds, rounded down, so that a deadline does not grow on its
//! way; but never 0, which some peers take for "no limit": less than one millisecond becomes one.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::digits::Digits;

/// The time that `text` gives.
///
/// # Errors
/// When it is not a number of milliseconds that fits 64 bits.
pub fn parse(text: &str) -> Result<Duration, InvalidEnvoyTimeout> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(InvalidEnvoyTimeout::Digits);
    }
    text.parse().map(Duration::from_millis).map_err(|_| InvalidEnvoyTimeout::TooLong)
}

/// `limit` as the value of the header, rounded down; at least 1.
#[must_use]
pub fn format(limit: Duration) -> Digits {
    Digits::new(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX).max(1))
}

/// Why a text is no `x-envoy-expected-rq-timeout-ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidEnvoyTimeout {
    /// It is empty, or holds something other than digits.
    Digits,
    /// It is longer than any time that can be said in 64 bits.
    TooLong,
}

impl fmt::Display for InvalidEnvoyTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Digits => "a timeout in milliseconds has digits only",
            Self::TooLong => "the timeout is longer than 2^64 milliseconds",
        })
    }
}

impl Error for InvalidEnvoyTimeout {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn s_to_3_what_is_no_number_of_milliseconds_is_refused() {
        for text in ["", " 1", "+1", "-1", "1.5", "1e3", "0x10", "١"] {
            assert_eq!(parse(text), Err(InvalidEnvoyTimeout::Digits), "{text}");
        }
    }

    #[test]
    fn s_to_3_a_time_that_overflows_is_refused() {
        assert_eq!(parse("18446744073709551616"), Err(InvalidEnvoyTimeout::TooLong));
        assert!(parse("18446744073709551615").is_ok());
    }

    #[test]
    fn s_to_3_less_than_a_millisecond_is_not_written_as_no_limit() {
        assert_eq!(format(Duration::from_nanos(1)).as_str(), "1");
    }

    proptest! {
        #[test]
        fn s_to_3_a_time_of_a_millisecond_and_more_never_grows_on_its_way(
            limit in any::<Duration>(),
        ) {
            let limit = limit.max(Duration::from_millis(1)).min(Duration::from_millis(u64::MAX));
            let arrived = parse(format(limit).as_str()).unwrap();
            prop_assert!(arrived <= limit && limit - arrived < Duration::from_millis(1));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,30}|[0-9]{0,30}") {
            let _ = parse(&text);
        }
    }
}
