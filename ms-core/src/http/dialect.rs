//! Whether a request speaks gRPC, and which dialect of it.

use ::http::HeaderMap;
use ::http::header::CONTENT_TYPE;

/// The dialects of gRPC; the longest first.
const DIALECTS: [&str; 3] =
    ["application/grpc-web-text", "application/grpc-web", "application/grpc"];

/// The dialect of gRPC that the content type in `headers` names, as an answer names it.
pub(super) fn of(headers: &HeaderMap) -> Option<&'static str> {
    let content_type = headers.get(CONTENT_TYPE)?.as_bytes();
    DIALECTS.into_iter().find(|dialect| is(content_type, dialect))
}

/// Whether `content_type` is `dialect`, perhaps with the name of a codec or parameters.
fn is(content_type: &[u8], dialect: &str) -> bool {
    let Some((start, rest)) = content_type.split_at_checked(dialect.len()) else {
        return false;
    };
    start.eq_ignore_ascii_case(dialect.as_bytes())
        && matches!(rest.first(), None | Some(b'+' | b';' | b' '))
}

#[cfg(test)]
mod tests {
    use ::http::HeaderValue;

    use super::*;

    fn dialect(content_type: &'static str) -> Option<&'static str> {
        let value = HeaderValue::from_static(content_type);
        of(&HeaderMap::from_iter([(CONTENT_TYPE, value)]))
    }

    #[test]
    fn every_dialect_is_known_with_any_codec() {
        assert_eq!(dialect("application/grpc"), Some("application/grpc"));
        assert_eq!(dialect("Application/gRPC+proto"), Some("application/grpc"));
        assert_eq!(dialect("application/grpc-web+proto"), Some("application/grpc-web"));
        assert_eq!(dialect("application/grpc-web-text"), Some("application/grpc-web-text"));
    }

    #[test]
    fn what_only_looks_like_grpc_is_none() {
        for content_type in ["application/json", "application/grpcx", "application/grp", ""] {
            assert_eq!(dialect(content_type), None, "{content_type}");
        }
        assert_eq!(of(&HeaderMap::new()), None);
    }
}
