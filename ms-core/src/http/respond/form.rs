//! In what form a caller understands a refusal.

use ::http::header::CONTENT_TYPE;
use ::http::{HeaderMap, Method};

/// The dialects of gRPC, each with what it is answered; the longest first.
const DIALECTS: [&str; 3] =
    ["application/grpc-web-text", "application/grpc-web", "application/grpc"];

/// In what form a caller understands a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// HTTP with a problem as the body.
    Problem,
    /// The head of that.
    Head,
    /// A gRPC response without a body, of this content type.
    Grpc(&'static str),
}

impl Form {
    pub(super) fn of(method: &Method, headers: &HeaderMap) -> Self {
        let content_type = headers.get(CONTENT_TYPE).map_or(&[][..], |value| value.as_bytes());
        match DIALECTS.into_iter().find(|dialect| is(content_type, dialect)) {
            Some(dialect) => Self::Grpc(dialect),
            None if method == Method::HEAD => Self::Head,
            None => Self::Problem,
        }
    }
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

    fn form(content_type: &'static str) -> Form {
        let value = HeaderValue::from_static(content_type);
        Form::of(&Method::POST, &HeaderMap::from_iter([(CONTENT_TYPE, value)]))
    }

    #[test]
    fn every_dialect_of_grpc_is_answered_in_kind() {
        assert_eq!(form("application/grpc"), Form::Grpc("application/grpc"));
        assert_eq!(form("Application/gRPC+proto"), Form::Grpc("application/grpc"));
        assert_eq!(form("application/grpc-web+proto"), Form::Grpc("application/grpc-web"));
        assert_eq!(form("application/grpc-web-text"), Form::Grpc("application/grpc-web-text"));
    }

    #[test]
    fn what_only_looks_like_grpc_is_answered_by_a_problem() {
        for content_type in ["application/json", "application/grpcx", "application/grp", ""] {
            assert_eq!(form(content_type), Form::Problem, "{content_type}");
        }
    }

    #[test]
    fn the_answer_to_head_has_no_body() {
        assert_eq!(Form::of(&Method::HEAD, &HeaderMap::new()), Form::Head);
    }
}
