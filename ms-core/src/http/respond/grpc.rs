//! A refusal over gRPC: a response that has trailers only.

use std::fmt::Write;

use ::http::header::CONTENT_TYPE;
use ::http::{HeaderValue, Response};
use bytes::Bytes;

use super::refusal::Refusal;
use super::status::grpc_code;
use crate::http::headers::{GRPC_MESSAGE, GRPC_RETRY_PUSHBACK_MS, GRPC_STATUS};
use crate::http::retry_after::Pushback;

pub(super) fn response(refusal: &Refusal, content_type: &'static str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    let headers = response.headers_mut();
    headers.clone_from(refusal.headers());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(GRPC_STATUS, grpc_code(refusal.reason().kind()).format().into());
    if let Ok(message) = HeaderValue::try_from(encoded(refusal.reason().description())) {
        headers.insert(GRPC_MESSAGE, message);
    }
    if let Some(wait) = refusal.wait() {
        headers.insert(GRPC_RETRY_PUSHBACK_MS, Pushback::format(wait).into());
    }
    response
}

/// `text` as gRPC sends it: every byte that is not printable ASCII, and `%`, by its number.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if matches!(byte, b' '..=b'~') && byte != b'%' {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_printable_is_percent_encoded() {
        assert_eq!(encoded("100 % für\n~"), "100 %25 f%C3%BCr%0A~");
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_text_it_can_stand_in_a_header(text: String) {
            proptest::prop_assert!(HeaderValue::try_from(encoded(&text)).is_ok());
        }
    }
}
