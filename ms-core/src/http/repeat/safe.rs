//! Which requests do no harm when they are done twice.

use ::http::{HeaderMap, Method};

use crate::http::headers::{IDEMPOTENCY_KEY, ignored, single};

/// Whether HTTP promises that, or whoever made the request does by an `Idempotency-Key`.
pub(super) fn is_safe(method: &Method, headers: &HeaderMap) -> bool {
    matches!(
        *method,
        Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE | Method::PUT | Method::DELETE
    ) || has_key(headers)
}

fn has_key(headers: &HeaderMap) -> bool {
    match single(headers, &IDEMPOTENCY_KEY) {
        // The header is a quoted string, which many leave bare: two quotes are no key either.
        Ok(key) => key.is_some_and(|key| !key.trim_matches([' ', '\t', '"']).is_empty()),
        Err(fault) => {
            ignored(&IDEMPOTENCY_KEY, &fault);
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use ::http::HeaderValue;

    use super::*;

    fn keys(values: &[&str]) -> bool {
        let values = values.iter().map(|value| HeaderValue::from_str(value).unwrap());
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(IDEMPOTENCY_KEY, value);
        }
        is_safe(&Method::POST, &headers)
    }

    #[test]
    fn s_rt_2_six_methods_are_safe_and_no_other() {
        let methods = [
            "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "POST", "PATCH", "CONNECT", "get",
            "PROPFIND",
        ];
        let safe = |method: &&str| {
            is_safe(&Method::from_bytes(method.as_bytes()).unwrap(), &HeaderMap::new())
        };
        let safe: Vec<&str> = methods.into_iter().filter(safe).collect();
        assert_eq!(safe, ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);
    }

    #[test]
    fn s_rt_2_one_idempotency_key_makes_any_method_safe() {
        assert!(keys(&["8e03978e"]) && keys(&["\"8e03978e\""]));
    }

    #[test]
    fn s_rt_2_a_key_that_says_nothing_or_two_things_does_not() {
        assert!(!keys(&[]) && !keys(&[""]) && !keys(&[" \t "]) && !keys(&["\"\""]));
        assert!(!keys(&["8e03978e", "40d543dd"]) && !keys(&["8e03978e", "8e03978e"]));
        assert!(!keys(&[&"8".repeat(257)]));
    }
}
