//! Which attempt a request is, said to whoever receives it.

use ::http::{HeaderMap, HeaderValue};

use crate::http::dialect;
use crate::http::digits::Digits;
use crate::http::headers::{GRPC_PREVIOUS_RPC_ATTEMPTS, X_ENVOY_ATTEMPT_COUNT};

/// Writes the number of this attempt, counted from 1, over whatever stood there.
pub(super) fn write(headers: &mut HeaderMap, attempt: u32) {
    headers.insert(X_ENVOY_ATTEMPT_COUNT, digits(attempt));
    match attempt.saturating_sub(1) {
        earlier @ 1.. if dialect::of(headers).is_some() => {
            headers.insert(GRPC_PREVIOUS_RPC_ATTEMPTS, digits(earlier));
        }
        _ => {
            headers.remove(GRPC_PREVIOUS_RPC_ATTEMPTS);
        }
    }
}

/// Most requests are sent once, and that number takes no allocation.
fn digits(number: u32) -> HeaderValue {
    match number {
        1 => const { HeaderValue::from_static("1") },
        _ => Digits::new(number.into()).into(),
    }
}

#[cfg(test)]
mod tests {
    use ::http::header::CONTENT_TYPE;

    use super::*;

    const GRPC: HeaderValue = HeaderValue::from_static("application/grpc+proto");
    const WRONG: HeaderValue = HeaderValue::from_static("7");

    fn numbered(mut headers: HeaderMap, attempt: u32) -> (String, Option<String>) {
        write(&mut headers, attempt);
        let one = |name| {
            let mut values = headers.get_all(&name).iter().map(|value| value.to_str().unwrap());
            let value = values.next().map(str::to_owned);
            assert_eq!(values.next(), None, "more than one {name}");
            value
        };
        (one(X_ENVOY_ATTEMPT_COUNT).unwrap(), one(GRPC_PREVIOUS_RPC_ATTEMPTS))
    }

    fn grpc() -> HeaderMap {
        HeaderMap::from_iter([(CONTENT_TYPE, GRPC)])
    }

    #[test]
    fn s_rt_8_attempts_are_counted_from_one() {
        assert_eq!(numbered(HeaderMap::new(), 1), ("1".into(), None));
        assert_eq!(numbered(HeaderMap::new(), u32::MAX), (u32::MAX.to_string(), None));
    }

    #[test]
    fn s_rt_8_grpc_is_told_how_many_came_before_but_not_on_the_first() {
        assert_eq!(numbered(grpc(), 1), ("1".into(), None));
        assert_eq!(numbered(grpc(), 2), ("2".into(), Some("1".into())));
        assert_eq!(numbered(grpc(), 3), ("3".into(), Some("2".into())));
    }

    #[test]
    fn s_rt_8_what_the_caller_had_put_there_is_replaced() {
        let mut headers = grpc();
        for name in [X_ENVOY_ATTEMPT_COUNT, GRPC_PREVIOUS_RPC_ATTEMPTS] {
            headers.append(&name, WRONG);
            headers.append(&name, WRONG);
        }
        assert_eq!(numbered(headers.clone(), 1), ("1".into(), None));
        assert_eq!(numbered(headers.clone(), 2), ("2".into(), Some("1".into())));
        headers.remove(CONTENT_TYPE);
        assert_eq!(numbered(headers, 2), ("2".into(), None));
    }
}
