//! The headers that we read and write, and how one is read that may be hostile.
//!
//! ```
//! use http::{HeaderMap, HeaderValue};
//! use ms_core::http::headers::{HeaderFault, X_REQUEST_ID, single};
//!
//! let mut headers = HeaderMap::new();
//! assert_eq!(single(&headers, &X_REQUEST_ID), Ok(None));
//!
//! headers.append(X_REQUEST_ID, HeaderValue::from_static("7c5e"));
//! assert_eq!(single(&headers, &X_REQUEST_ID), Ok(Some("7c5e")));
//!
//! headers.append(X_REQUEST_ID, HeaderValue::from_static("b01d"));
//! assert_eq!(single(&headers, &X_REQUEST_ID), Err(HeaderFault::Repeated));
//! ```
//!
//! # Behaviour
//!
//! A header that is at fault never fails a request: it counts as missing, and whoever wanted it
//! says so by [`ignored`].

use std::error::Error;
use std::fmt;

use ::http::{HeaderMap, HeaderName};

/// The id of one request on its way through one service.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of all that belongs to one request of a user.
pub const X_CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// The time that the caller gives a gRPC call.
pub const GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// The time that the caller gives a call, in milliseconds: Envoy's name for it.
pub const X_ENVOY_EXPECTED_RQ_TIMEOUT_MS: HeaderName =
    HeaderName::from_static("x-envoy-expected-rq-timeout-ms");

/// Which attempt this is, counted from 1: Envoy's name for it.
pub const X_ENVOY_ATTEMPT_COUNT: HeaderName = HeaderName::from_static("x-envoy-attempt-count");

/// How many attempts came before; missing on the first.
pub const GRPC_PREVIOUS_RPC_ATTEMPTS: HeaderName =
    HeaderName::from_static("grpc-previous-rpc-attempts");

/// Whatever carries the same key is done once.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// How a gRPC call ended: a header, or a trailer.
pub const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");

/// What a person reads about it, percent-encoded.
pub const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");

/// When a gRPC call may be tried again, in milliseconds; negative for never.
pub const GRPC_RETRY_PUSHBACK_MS: HeaderName = HeaderName::from_static("grpc-retry-pushback-ms");

/// When it is worth trying again: seconds, or a date.
pub const RETRY_AFTER: HeaderName = ::http::header::RETRY_AFTER;

/// The longest value that is looked at, in bytes: more than any of these headers needs.
pub const MAX_LEN: usize = 256;

/// The value of the header `name`, if there is one.
///
/// # Errors
/// When it was sent more than once, is not visible ASCII text, or is longer than [`MAX_LEN`].
pub fn single<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a str>, HeaderFault> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(HeaderFault::Repeated);
    }
    if value.len() > MAX_LEN {
        return Err(HeaderFault::TooLong);
    }
    value.to_str().map(Some).map_err(|_| HeaderFault::NotText)
}

/// Tells whoever listens that the header `name` was ignored, and why.
///
/// The event has target `ms::http` and level `DEBUG`, since a peer can cause any number of them;
/// it never shows the value.
#[cold]
pub fn ignored(name: &HeaderName, why: &dyn fmt::Display) {
    tracing::debug!(target: "ms::http", header = name.as_str(), why = %why, "header ignored");
}

/// Why a header counts as missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderFault {
    /// It was sent more than once, and only one value can hold.
    Repeated,
    /// It holds something other than visible ASCII characters, spaces and tabs.
    NotText,
    /// It is longer than [`MAX_LEN`].
    TooLong,
}

impl fmt::Display for HeaderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repeated => f.write_str("the header was sent more than once"),
            Self::NotText => f.write_str("the header is not visible ASCII text"),
            Self::TooLong => write!(f, "the header is longer than {MAX_LEN} bytes"),
        }
    }
}

impl Error for HeaderFault {}

#[cfg(test)]
mod tests {
    use ::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn with(values: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(RETRY_AFTER, HeaderValue::from_bytes(value).unwrap());
        }
        headers
    }

    #[test]
    fn a_header_that_was_sent_twice_is_at_fault_even_if_both_agree() {
        assert_eq!(single(&with(&[b"1", b"1"]), &RETRY_AFTER), Err(HeaderFault::Repeated));
    }

    #[test]
    fn a_header_that_is_not_utf_8_is_at_fault() {
        assert_eq!(single(&with(&[b"\xff\xfe"]), &RETRY_AFTER), Err(HeaderFault::NotText));
    }

    #[test]
    fn a_header_may_be_as_long_as_the_limit_and_no_longer() {
        let longest = [b'1'; MAX_LEN + 1];
        assert!(single(&with(&[&longest[1..]]), &RETRY_AFTER).is_ok());
        assert_eq!(single(&with(&[&longest]), &RETRY_AFTER), Err(HeaderFault::TooLong));
    }

    proptest! {
        #[test]
        fn whatever_is_sent_the_value_is_short_visible_text(
            values in prop::collection::vec("[^\\x00-\\x1f\\x7f]{0,300}", 0..3),
        ) {
            let values: Vec<&[u8]> = values.iter().map(String::as_bytes).collect();
            let headers = with(&values);
            if let Ok(Some(text)) = single(&headers, &RETRY_AFTER) {
                prop_assert!(text.len() <= MAX_LEN && text.bytes().all(|b| (32..127).contains(&b)));
            }
        }
    }
}
