//! When a peer wants to be asked again: `Retry-After` and `grpc-retry-pushback-ms`.
//!
//! ```
//! use http::{HeaderMap, HeaderValue};
//! use ms_core::http::headers::RETRY_AFTER;
//! use ms_core::http::retry_after::{Pushback, RetryAfter, format, hint};
//! use std::time::{Duration, SystemTime};
//!
//! let mut headers = HeaderMap::new();
//! headers.insert(RETRY_AFTER, HeaderValue::from_static("120"));
//! let hint = hint(&headers, SystemTime::now);
//! assert_eq!(hint, Some(Pushback::After(Duration::from_secs(120))));
//!
//! let date = RetryAfter::parse("Wed, 21 Oct 2015 07:28:00 GMT")?;
//! assert_eq!(date.wait(SystemTime::now()), Duration::ZERO);
//!
//! assert_eq!(format(Duration::from_millis(1200)).as_str(), "2");
//! # Ok::<_, ms_core::http::retry_after::InvalidRetryAfter>(())
//! ```
//!
//! # Behaviour
//!
//! What a peer says is given as it is, however far away: who waits caps it. A `Retry-After` that
//! cannot be read counts as missing; a pushback that cannot be read means stop, as gRPC defines.

use std::error::Error;
use std::fmt;
use std::time::{Duration, SystemTime};

use ::http::HeaderMap;

use super::digits::Digits;
use super::headers::{GRPC_RETRY_PUSHBACK_MS, RETRY_AFTER, ignored, single};

/// What a peer asks of whoever would try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushback {
    /// Wait for as long.
    After(Duration),
    /// Do not try again.
    Stop,
}

impl Pushback {
    /// What the value `text` of `grpc-retry-pushback-ms` means: whatever is not a number of 31
    /// bits means stop.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<i32>().map(u64::try_from) {
            Ok(Ok(millis)) if digits => Self::After(Duration::from_millis(millis)),
            _ => Self::Stop,
        }
    }

    /// `wait` as the value of `grpc-retry-pushback-ms`, rounded up.
    #[must_use]
    pub fn format(wait: Duration) -> Digits {
        let millis = wait.as_nanos().div_ceil(1_000_000);
        Digits::new(u64::from(u32::try_from(millis).unwrap_or(u32::MAX).min(i32::MAX as u32)))
    }
}

/// What a `Retry-After` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// To wait for as long.
    Delay(Duration),
    /// To wait until then.
    Date(SystemTime),
}

impl RetryAfter {
    /// What the value `text` of the header says. More seconds than can be counted are as many as
    /// can be.
    ///
    /// # Errors
    /// When it is neither a number of seconds nor one of the three forms of a date in HTTP.
    pub fn parse(text: &str) -> Result<Self, InvalidRetryAfter> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self::Delay(Duration::from_secs(text.parse().unwrap_or(u64::MAX))));
        }
        httpdate::parse_http_date(text).map(Self::Date).map_err(|_| InvalidRetryAfter)
    }

    /// How long that is from `now` on; nothing for a date that is past.
    #[must_use]
    pub fn wait(self, now: SystemTime) -> Duration {
        match self {
            Self::Delay(delay) => delay,
            Self::Date(date) => date.duration_since(now).unwrap_or_default(),
        }
    }
}

/// What `headers` ask of whoever would try again; gRPC's header goes before HTTP's.
///
/// `now` is asked only where there is a date.
pub fn hint(headers: &HeaderMap, now: impl FnOnce() -> SystemTime) -> Option<Pushback> {
    pushback(headers).or_else(|| retry_after(headers, now).map(Pushback::After))
}

/// `wait` as the value of `Retry-After`: seconds, rounded up, at least 1.
#[must_use]
pub fn format(wait: Duration) -> Digits {
    let part = u64::from(wait.subsec_nanos() > 0);
    Digits::new(wait.as_secs().saturating_add(part).max(1))
}

/// A text that is no `Retry-After`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidRetryAfter;

impl fmt::Display for InvalidRetryAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`Retry-After` is neither a number of seconds nor a date")
    }
}

impl Error for InvalidRetryAfter {}

fn pushback(headers: &HeaderMap) -> Option<Pushback> {
    match single(headers, &GRPC_RETRY_PUSHBACK_MS) {
        Ok(text) => text.map(Pushback::parse),
        Err(_) => Some(Pushback::Stop),
    }
}

fn retry_after(headers: &HeaderMap, now: impl FnOnce() -> SystemTime) -> Option<Duration> {
    let text = single(headers, &RETRY_AFTER).map_err(|why| ignored(&RETRY_AFTER, &why)).ok()??;
    match RetryAfter::parse(text) {
        Ok(RetryAfter::Delay(delay)) => Some(delay),
        Ok(date) => Some(date.wait(now())),
        Err(why) => {
            ignored(&RETRY_AFTER, &why);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use ::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn headers(pairs: &[(::http::HeaderName, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().cloned();
        pairs.map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn s_rt_3_a_date_that_is_past_asks_for_no_wait() {
        let date = RetryAfter::parse("Thu, 01 Jan 1970 00:00:10 GMT").unwrap();
        assert_eq!(date.wait(UNIX_EPOCH + Duration::from_secs(11)), Duration::ZERO);
        assert_eq!(date.wait(UNIX_EPOCH + Duration::from_secs(3)), Duration::from_secs(7));
    }

    #[test]
    fn s_rt_3_all_three_forms_of_a_date_are_read() {
        let date = RetryAfter::Date(UNIX_EPOCH + Duration::from_secs(784_111_777));
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(RetryAfter::parse(text), Ok(date), "{text}");
        }
    }

    #[test]
    fn s_rt_3_a_retry_after_that_cannot_be_read_counts_as_missing() {
        for text in ["", "soon", "-1", "+1", "1.5", "Sun, 06 Nov 1994 08:49:37"] {
            let headers = headers(&[(RETRY_AFTER, text)]);
            assert_eq!(hint(&headers, || UNIX_EPOCH), None, "{text}");
        }
    }

    #[test]
    fn s_rt_3_more_seconds_than_can_be_counted_do_not_overflow() {
        let hint = hint(&headers(&[(RETRY_AFTER, "99999999999999999999999")]), || UNIX_EPOCH);
        assert_eq!(hint, Some(Pushback::After(Duration::from_secs(u64::MAX))));
    }

    #[test]
    fn s_rt_3_a_pushback_that_is_negative_or_malformed_means_stop() {
        for text in ["-1", "", "+5", "1.5", "soon", "2147483648", " 5"] {
            assert_eq!(Pushback::parse(text), Pushback::Stop, "{text}");
        }
        assert_eq!(Pushback::parse("250"), Pushback::After(Duration::from_millis(250)));
    }

    #[test]
    fn s_rt_3_a_pushback_that_was_sent_twice_means_stop() {
        let mut headers = headers(&[(GRPC_RETRY_PUSHBACK_MS, "5"), (RETRY_AFTER, "1")]);
        headers.append(GRPC_RETRY_PUSHBACK_MS, HeaderValue::from_static("5"));
        assert_eq!(hint(&headers, || UNIX_EPOCH), Some(Pushback::Stop));
    }

    #[test]
    fn the_wall_clock_is_read_for_a_date_only() {
        let headers = headers(&[(RETRY_AFTER, "7")]);
        assert!(hint(&headers, || unreachable!("no date to compare")).is_some());
    }

    proptest! {
        #[test]
        fn s_rt_3_a_wait_that_is_written_is_never_shorter_and_never_none(
            wait in any::<Duration>(),
        ) {
            let seconds: u64 = format(wait).as_str().parse().unwrap();
            let written = Duration::from_secs(seconds);
            prop_assert!(seconds >= 1 && (seconds == u64::MAX || written >= wait));
            prop_assert!(seconds == 1 || written - Duration::from_secs(1) < wait);
        }

        #[test]
        fn s_rt_3_a_pushback_that_is_written_is_read(millis in 0..=i32::MAX as u64) {
            let wait = Duration::from_millis(millis);
            let written = Pushback::format(wait);
            prop_assert_eq!(Pushback::parse(written.as_str()), Pushback::After(wait));
        }

        #[test]
        fn no_text_makes_it_panic(
            text in "\\PC{0,40}|[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9: ]{13} GMT",
        ) {
            let _ = (Pushback::parse(&text), RetryAfter::parse(&text));
        }
    }
}
