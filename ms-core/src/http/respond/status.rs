//! What a kind of rejection is called in HTTP and in gRPC: the one place that says so.
//!
//! ```
//! use http::StatusCode;
//! use ms_core::http::grpc_code::GrpcCode;
//! use ms_core::http::respond::status::{grpc_code, http_status};
//! use ms_core::rejection::Kind;
//!
//! assert_eq!(http_status(Kind::Exhausted), StatusCode::TOO_MANY_REQUESTS);
//! assert_eq!(grpc_code(Kind::Exhausted), GrpcCode::ResourceExhausted);
//! ```

use ::http::StatusCode;

use crate::http::grpc_code::GrpcCode;
use crate::rejection::reason::Kind;

/// The status of a response that says no for such a reason.
#[must_use]
pub const fn http_status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Exhausted => StatusCode::TOO_MANY_REQUESTS,
        Kind::Deadline => StatusCode::GATEWAY_TIMEOUT,
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The code of a gRPC call that is refused for such a reason.
#[must_use]
pub const fn grpc_code(kind: Kind) -> GrpcCode {
    match kind {
        Kind::Unavailable => GrpcCode::Unavailable,
        Kind::Exhausted => GrpcCode::ResourceExhausted,
        Kind::Deadline => GrpcCode::DeadlineExceeded,
        Kind::Invalid => GrpcCode::InvalidArgument,
        Kind::Unauthenticated => GrpcCode::Unauthenticated,
        Kind::Forbidden => GrpcCode::PermissionDenied,
        Kind::Internal => GrpcCode::Internal,
    }
}
