//! In what form a caller understands a refusal.

use ::http::{HeaderMap, Method};

use crate::http::dialect;

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
        match dialect::of(headers) {
            Some(dialect) => Self::Grpc(dialect),
            None if method == Method::HEAD => Self::Head,
            None => Self::Problem,
        }
    }
}

#[cfg(test)]
mod tests {
    use ::http::HeaderValue;
    use ::http::header::CONTENT_TYPE;

    use super::*;

    fn form(content_type: &'static str) -> Form {
        let value = HeaderValue::from_static(content_type);
        Form::of(&Method::POST, &HeaderMap::from_iter([(CONTENT_TYPE, value)]))
    }

    #[test]
    fn every_dialect_of_grpc_is_answered_in_kind() {
        assert_eq!(form("application/grpc+proto"), Form::Grpc("application/grpc"));
        assert_eq!(form("application/grpc-web-text"), Form::Grpc("application/grpc-web-text"));
    }

    #[test]
    fn whoever_does_not_speak_grpc_is_answered_by_a_problem() {
        assert_eq!(form("application/json"), Form::Problem);
    }

    #[test]
    fn the_answer_to_head_has_no_body() {
        assert_eq!(Form::of(&Method::HEAD, &HeaderMap::new()), Form::Head);
    }
}
