//! A refusal over HTTP: RFC 9457 by hand, which is five fields.

use std::fmt::{self, Write};

use ::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use ::http::{HeaderValue, Response, StatusCode};
use bytes::Bytes;

use super::refusal::Refusal;
use super::status::http_status;
use crate::http::headers::RETRY_AFTER;
use crate::http::retry_after;
use crate::rejection::reason::Reason;

const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

pub(super) fn response(refusal: &Refusal) -> Response<Bytes> {
    let status = http_status(refusal.reason().kind());
    let mut response = Response::new(Bytes::from(text(status, refusal.reason())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.clone_from(refusal.headers());
    headers.insert(CONTENT_TYPE, PROBLEM);
    if let Some(wait) = refusal.wait() {
        headers.insert(RETRY_AFTER, retry_after::format(wait).into());
    }
    response
}

/// The same without the body, whose length it tells.
pub(super) fn head(refusal: &Refusal) -> Response<Bytes> {
    let mut response = response(refusal);
    let len = std::mem::take(response.body_mut()).len();
    response.headers_mut().insert(CONTENT_LENGTH, len.into());
    response
}

fn text(status: StatusCode, reason: &Reason) -> String {
    let title = status.canonical_reason().unwrap_or_default();
    format!(
        r#"{{"type":"about:blank","title":{},"status":{},"detail":{},"code":{}}}"#,
        Quoted(title),
        status.as_u16(),
        Quoted(reason.description()),
        Quoted(reason.code()),
    )
}

/// A string of JSON.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                c if c.is_control() => write!(f, "\\u{:04x}", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_the_text_it_is_a_string_of_json(text in any::<String>()) {
            let read: String = serde_json::from_str(&Quoted(&text).to_string()).unwrap();
            prop_assert_eq!(read, text);
        }
    }

    #[test]
    fn a_problem_says_what_the_reason_says() {
        const SHUT: Reason = Reason::unavailable("shop", "shut").text("\"shut\" today");
        let said = text(StatusCode::SERVICE_UNAVAILABLE, &SHUT);
        let wanted = concat!(
            r#"{"type":"about:blank","title":"Service Unavailable","status":503,"#,
            r#""detail":"\"shut\" today","code":"shut"}"#,
        );
        assert_eq!(said, wanted);
    }
}
