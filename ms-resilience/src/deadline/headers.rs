//! Pure: the time that remains, in headers.

use std::fmt;
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue};
use ms_core::http::headers::{GRPC_TIMEOUT, X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, single};
use ms_core::http::{envoy_timeout, grpc_timeout};

/// The least of what the headers give. `fault` is told of each that is ignored.
pub(super) fn read(
    headers: &HeaderMap,
    own: Option<&HeaderName>,
    mut fault: impl FnMut(&HeaderName, &dyn fmt::Display),
) -> Option<Duration> {
    let grpc = one(headers, &GRPC_TIMEOUT, grpc_timeout::parse, &mut fault);
    let envoy = one(headers, &X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, envoy_timeout::parse, &mut fault);
    let own = own.and_then(|name| one(headers, name, envoy_timeout::parse, &mut fault));
    [grpc, envoy, own].into_iter().flatten().min()
}

fn one<E: fmt::Display>(
    headers: &HeaderMap,
    name: &HeaderName,
    parse: impl Fn(&str) -> Result<Duration, E>,
    fault: &mut impl FnMut(&HeaderName, &dyn fmt::Display),
) -> Option<Duration> {
    let text = single(headers, name).inspect_err(|error| fault(name, error)).ok()??;
    parse(text).inspect_err(|error| fault(name, error)).ok()
}

/// Writes how much time remains, unless the headers give less already.
///
/// `grpc-timeout` only where the request is one of gRPC: it means nothing elsewhere.
pub(super) fn write(headers: &mut HeaderMap, own: Option<&HeaderName>, remaining: Duration) {
    let given = read(headers, own, |_, _| ());
    let remaining = given.map_or(remaining, |given| given.min(remaining));
    let millis = HeaderValue::from(envoy_timeout::format(remaining));
    if is_grpc(headers) {
        headers.insert(GRPC_TIMEOUT, grpc_timeout::format(remaining).into());
    }
    if let Some(own) = own {
        headers.insert(own, millis.clone());
    }
    headers.insert(X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, millis);
}

fn is_grpc(headers: &HeaderMap) -> bool {
    const GRPC: &[u8] = b"application/grpc";
    let start = headers.get(CONTENT_TYPE).and_then(|value| value.as_bytes().get(..GRPC.len()));
    start.is_some_and(|start| start.eq_ignore_ascii_case(GRPC))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn headers(pairs: &[(HeaderName, &[u8])]) -> HeaderMap {
        let value = |bytes| HeaderValue::from_bytes(bytes).unwrap();
        pairs.iter().map(|(name, bytes)| (name.clone(), value(bytes))).collect()
    }

    fn millis(headers: &HeaderMap) -> Option<u128> {
        read(headers, None, |_, _| ()).map(|time| time.as_millis())
    }

    #[test]
    fn s_to_3_the_least_of_all_headers_counts() {
        let given = [(GRPC_TIMEOUT, &b"2S"[..]), (X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, &b"1500"[..])];
        assert_eq!(millis(&headers(&given)), Some(1500));
    }

    #[test]
    fn s_to_3_what_is_malformed_is_told_and_the_others_count() {
        let bad: [&[u8]; 6] = [b"-1S", b"1", b"999999999S", b"", b"\xff\xfe", &[b'1'; 10_000]];
        for bytes in bad {
            let given = [(GRPC_TIMEOUT, bytes), (X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, &b"1500"[..])];
            let mut faults = Vec::new();
            let read = read(&headers(&given), None, |name, _| faults.push(name.clone()));
            assert_eq!((read, faults), (Some(Duration::from_millis(1500)), vec![GRPC_TIMEOUT]));
        }
    }

    #[test]
    fn s_to_3_a_header_that_is_sent_twice_is_ignored() {
        let mut given = HeaderMap::new();
        given.append(GRPC_TIMEOUT, HeaderValue::from_static("1S"));
        given.append(GRPC_TIMEOUT, HeaderValue::from_static("2S"));
        assert_eq!(millis(&given), None);
    }

    #[test]
    fn s_to_3_a_limit_that_the_request_brings_itself_is_not_made_longer() {
        let mut given =
            headers(&[(CONTENT_TYPE, b"application/grpc+proto"), (GRPC_TIMEOUT, b"100m")]);
        write(&mut given, None, Duration::from_secs(9));
        assert_eq!(
            (&given[GRPC_TIMEOUT], &given[X_ENVOY_EXPECTED_RQ_TIMEOUT_MS]),
            (&HeaderValue::from_static("100000u"), &HeaderValue::from_static("100"),)
        );
    }

    #[test]
    fn a_request_that_is_not_of_grpc_gets_no_header_of_grpc() {
        let mut given = HeaderMap::new();
        write(&mut given, Some(&HeaderName::from_static("x-budget")), Duration::from_secs(9));
        assert_eq!((given.get(GRPC_TIMEOUT), given["x-budget"].to_str().unwrap()), (None, "9000"));
    }

    proptest! {
        #[test]
        fn s_to_3_a_deadline_never_grows_on_its_way(nanos in 1_000_000_u64..) {
            let remaining = Duration::from_nanos(nanos);
            let mut sent = headers(&[(CONTENT_TYPE, b"application/grpc")]);
            write(&mut sent, None, remaining);
            let read = read(&sent, None, |_, _| ()).unwrap();
            prop_assert!(read <= remaining);
        }

        #[test]
        fn whatever_a_header_holds_it_is_read_without_a_panic(
            bytes in prop::collection::vec(prop_oneof![32_u8..127, 128_u8..=255], 0..300),
        ) {
            let given = [(GRPC_TIMEOUT, &bytes[..]), (X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, &bytes[..])];
            let _ = read(&headers(&given), None, |_, error| drop(error.to_string()));
        }
    }
}
