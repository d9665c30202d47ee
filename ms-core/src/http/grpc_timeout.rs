//! `grpc-timeout`: the time that remains for a gRPC call.
//!
//! ```
//! use ms_core::http::grpc_timeout::{InvalidGrpcTimeout, format, parse};
//! use std::time::Duration;
//!
//! assert_eq!(parse("100m"), Ok(Duration::from_millis(100)));
//! assert_eq!(parse("1.5S"), Err(InvalidGrpcTimeout::Digits));
//! assert_eq!(format(Duration::from_secs(2)).as_str(), "2000000u");
//! ```
//!
//! # Behaviour
//!
//! Read is what the gRPC protocol defines: 1 to 8 digits and one unit of `H M S m u n`. Zero is
//! read as well, since it is what some peers write when the time is over.
//!
//! Written is the finest unit that fits, rounded down: a deadline never grows on its way.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::digits::Digits;

/// The largest number of 8 digits.
const MAX: u64 = 99_999_999;

/// The units and how many nanoseconds each has, the finest first.
const UNITS: [(u8, u64); 6] = [
    (b'n', 1),
    (b'u', 1_000),
    (b'm', 1_000_000),
    (b'S', 1_000_000_000),
    (b'M', 60 * 1_000_000_000),
    (b'H', 3600 * 1_000_000_000),
];

/// The time that `text` gives.
///
/// # Errors
/// When it is not 1 to 8 digits followed by a unit.
pub fn parse(text: &str) -> Result<Duration, InvalidGrpcTimeout> {
    let (&unit, digits) = text.as_bytes().split_last().ok_or(InvalidGrpcTimeout::Digits)?;
    if digits.is_empty() || digits.len() > 8 || !digits.iter().all(u8::is_ascii_digit) {
        return Err(InvalidGrpcTimeout::Digits);
    }
    let (_, nanos) = *UNITS.iter().find(|(u, _)| *u == unit).ok_or(InvalidGrpcTimeout::Unit)?;
    let number = digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    let nanos = u128::from(number) * u128::from(nanos);
    Ok(duration(nanos))
}

/// `limit` as the value of the header, rounded down; at most 99,999,999 hours.
#[must_use]
pub fn format(limit: Duration) -> Digits {
    let nanos = limit.as_nanos();
    for (unit, size) in UNITS {
        match u64::try_from(nanos / u128::from(size)) {
            Ok(number) if number <= MAX => return Digits::with_unit(number, unit),
            _ => {}
        }
    }
    Digits::with_unit(MAX, b'H')
}

/// Why a text is no `grpc-timeout`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidGrpcTimeout {
    /// It does not start with 1 to 8 digits.
    Digits,
    /// Its last character is no unit.
    Unit,
}

impl fmt::Display for InvalidGrpcTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Digits => "a gRPC timeout has 1 to 8 digits before its unit",
            Self::Unit => "the unit of a gRPC timeout is one of H, M, S, m, u and n",
        })
    }
}

impl Error for InvalidGrpcTimeout {}

/// At most 99,999,999 hours, whose nanoseconds exceed a `u64`.
fn duration(nanos: u128) -> Duration {
    const SECOND: u128 = 1_000_000_000;
    let seconds = u64::try_from(nanos / SECOND).unwrap_or(u64::MAX);
    #[allow(clippy::cast_possible_truncation, reason = "it is below a billion")]
    let rest = (nanos % SECOND) as u32;
    Duration::new(seconds, rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn s_to_3_every_unit_is_read() {
        let read = ["2H", "2M", "2S", "2m", "2u", "2n"].map(|text| parse(text).unwrap().as_nanos());
        let second = 1_000_000_000;
        assert_eq!(read, [7200 * second, 120 * second, 2 * second, 2_000_000, 2_000, 2]);
    }

    #[test]
    fn s_to_3_what_the_protocol_does_not_define_is_refused() {
        for text in ["", "S", "100", "-1S", "+1S", " 1S", "1 S", "1s", "100000000n", "1.5S", "١S"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn s_to_3_the_longest_time_of_the_protocol_does_not_overflow() {
        assert_eq!(parse("99999999H"), Ok(Duration::from_secs(99_999_999 * 3600)));
    }

    #[test]
    fn s_to_3_the_longest_duration_is_cut_to_what_can_be_said() {
        assert_eq!(format(Duration::MAX).as_str(), "99999999H");
    }

    proptest! {
        #[test]
        fn s_to_3_a_time_never_grows_on_its_way_and_hardly_shrinks(
            nanos in (0_u32..88).prop_flat_map(|bits| 0..=(1_u128 << bits)),
        ) {
            let limit = duration(nanos);
            let arrived = parse(format(limit).as_str()).unwrap().as_nanos();
            prop_assert!(arrived <= nanos);
            let is_cut = nanos > u128::from(MAX) * 3600 * 1_000_000_000;
            prop_assert!(nanos - arrived <= nanos / 100_000 || is_cut);
            prop_assert!(arrived > 0 || nanos == 0);
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,12}|[0-9]{0,9}[HMSmun]?") {
            if let Ok(limit) = parse(&text) {
                prop_assert!(limit <= Duration::from_secs(MAX * 3600));
            }
        }
    }
}
