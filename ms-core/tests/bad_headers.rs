//! Headers that are malformed, repeated, huge or not text: nothing panics, no call fails.
#![cfg(feature = "http")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test whose help fails, fails")]

use std::convert::Infallible;
use std::time::UNIX_EPOCH;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body_util::Empty;
use ms_core::http::classify::{Grpc, Http};
use ms_core::http::grpc_code::GrpcCode;
use ms_core::http::guard::{BodyEnd, End, Watch};
use ms_core::http::headers::{
    GRPC_PREVIOUS_RPC_ATTEMPTS, GRPC_RETRY_PUSHBACK_MS, GRPC_STATUS, GRPC_TIMEOUT, HeaderFault,
    IDEMPOTENCY_KEY, MAX_LEN, RETRY_AFTER, X_CORRELATION_ID, X_ENVOY_ATTEMPT_COUNT,
    X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, X_REQUEST_ID, single,
};
use ms_core::http::respond;
use ms_core::http::retry_after::{Pushback, hint};
use ms_core::reach::Reach;
use ms_core::verdict::{Classify, Verdict};
use tower::layer::util::Identity;
use tower::{Layer, ServiceExt, service_fn};

const NAMES: [HeaderName; 12] = [
    X_REQUEST_ID,
    X_CORRELATION_ID,
    GRPC_TIMEOUT,
    X_ENVOY_EXPECTED_RQ_TIMEOUT_MS,
    X_ENVOY_ATTEMPT_COUNT,
    GRPC_PREVIOUS_RPC_ATTEMPTS,
    IDEMPOTENCY_KEY,
    GRPC_STATUS,
    GRPC_RETRY_PUSHBACK_MS,
    RETRY_AFTER,
    http::header::CONTENT_LENGTH,
    http::header::CONTENT_TYPE,
];

/// Every header that we read, and a few of each: what a hostile peer may send.
fn hostile() -> Vec<(&'static str, HeaderMap)> {
    let huge = vec![b'9'; 64 * 1024];
    let kinds: [(&str, &[&[u8]]); 6] = [
        ("empty", &[b""]),
        ("malformed", &[b"-1x;;,\t=\"99"]),
        ("overflowing", &[b"99999999999999999999999999999999"]),
        ("repeated", &[b"1", b"1"]),
        ("huge", &[&huge]),
        ("not UTF-8", &[b"\xff\xfe\x80"]),
    ];
    let headers = kinds.map(|(kind, values)| {
        let mut headers = HeaderMap::new();
        for name in &NAMES {
            for value in values {
                let value = HeaderValue::from_bytes(value).expect("it may stand in a header");
                headers.append(name, value);
            }
        }
        (kind, headers)
    });
    headers.into()
}

fn response(status: u16, headers: HeaderMap) -> Response<Empty<Bytes>> {
    let mut response = Response::new(Empty::new());
    *response.status_mut() = http::StatusCode::from_u16(status).expect("it is a status");
    *response.headers_mut() = headers;
    response
}

#[test]
fn what_is_repeated_huge_or_not_text_is_said_to_be_at_fault() {
    let faults: Vec<_> =
        hostile().iter().filter_map(|(_, headers)| single(headers, &RETRY_AFTER).err()).collect();
    assert_eq!(faults, [HeaderFault::Repeated, HeaderFault::TooLong, HeaderFault::NotText]);
}

#[test]
fn no_value_is_read_that_is_longer_than_the_limit() {
    let values = hostile().into_iter().flat_map(|(_, headers)| {
        NAMES.map(|name| single(&headers, &name).ok().flatten().map_or(0, str::len))
    });
    assert!(values.max().is_some_and(|len| len <= MAX_LEN));
}

#[test]
fn s_rt_3_a_pushback_that_cannot_be_read_means_stop() {
    for (kind, headers) in hostile() {
        assert_eq!(hint(&headers, || UNIX_EPOCH), Some(Pushback::Stop), "{kind}");
    }
}

#[test]
fn a_code_that_cannot_be_read_is_unknown() {
    for (kind, headers) in hostile() {
        assert_eq!(GrpcCode::of(&headers), Some(GrpcCode::Unknown), "{kind}");
    }
}

#[test]
fn whatever_the_headers_the_status_decides() {
    for (kind, headers) in hostile() {
        let (good, bad) = (response(200, headers.clone()), response(503, headers));
        assert_eq!(Http.classify(Ok::<_, &()>(&good)), Verdict::Success, "{kind}");
        assert!(Http.classify(Ok::<_, &()>(&bad)).is_failure(), "{kind}");
        assert!(Grpc.classify(Ok::<_, &()>(&good)).is_failure(), "{kind}");
    }
}

#[test]
fn s_12_a_content_length_that_cannot_be_read_is_none() {
    struct Nothing;
    impl<E> Watch<E> for Nothing {
        fn end(self, _: End<'_, E>) {}
    }
    for (_, headers) in hostile() {
        let _ = BodyEnd::deliver(response(200, headers), || Nothing);
    }
}

#[tokio::test]
async fn a_request_with_bad_headers_is_served() {
    for (kind, headers) in hostile() {
        let served = service_fn(|_| async { Ok::<_, Infallible>(response(200, HeaderMap::new())) });
        let mut request = Request::new(());
        *request.headers_mut() = headers;
        let answer = respond(Identity::new()).layer(served).oneshot(request).await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{kind}");
    }
}
