//! Both tables, and what the peer asks for on top.

use ::http::{HeaderMap, StatusCode};

use crate::clock::wall;
use crate::http::grpc_code::GrpcCode;
use crate::http::retry_after::{Pushback, hint};
use crate::verdict::{Failure, Resend, Verdict};

pub(super) fn of_http(status: StatusCode) -> Verdict {
    match status.as_u16() {
        429 | 503 => Failure::IF_SAFE.overloaded().into(),
        408 | 425 | 500 | 502 | 504 => Failure::IF_SAFE.into(),
        _ if status.is_server_error() => Failure::FINAL.into(),
        _ => Verdict::Success,
    }
}

pub(super) fn of_grpc(code: GrpcCode) -> Verdict {
    match code {
        GrpcCode::ResourceExhausted => Failure::IF_SAFE.overloaded().into(),
        GrpcCode::Unavailable | GrpcCode::DeadlineExceeded => Failure::IF_SAFE.into(),
        GrpcCode::Unknown | GrpcCode::Internal | GrpcCode::DataLoss | GrpcCode::Unimplemented => {
            Failure::FINAL.into()
        }
        GrpcCode::Cancelled => Verdict::Neutral,
        _ => Verdict::Success,
    }
}

/// `verdict`, with what `headers` ask for if it is a failure.
pub(super) fn with_hint(verdict: Verdict, headers: &HeaderMap) -> Verdict {
    let Verdict::Failure(failure) = verdict else {
        return verdict;
    };
    let failure = match hint(headers, wall) {
        None => failure,
        Some(Pushback::After(wait)) => failure.retry_after(Some(wait)),
        Some(Pushback::Stop) => Failure { resend: Resend::Never, ..failure },
    };
    failure.into()
}
