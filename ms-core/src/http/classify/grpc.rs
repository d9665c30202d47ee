//! By the code of the call, wherever it stands.

use ::http::{HeaderMap, Response, StatusCode};

#[cfg(feature = "tonic-0_14")]
use super::status::of_error;
#[cfg(not(feature = "tonic-0_14"))]
use super::transport::of_error;
use super::verdict::{of_grpc, of_http, with_hint};
use crate::http::grpc_code::GrpcCode;
use crate::verdict::{Classify, Verdict};

/// Classifies gRPC by its code; errors are failures, see
/// [what certainly never left](super#what-certainly-never-left).
///
/// With feature `tonic-0_14` an error that is a `tonic::Status`, or a
/// [`BoxError`](crate::rejection::BoxError) with one in it, is judged by the code of that. It is
/// recognised by its type and not by a trait, so that any other error can be classified too.
///
/// ```
/// use http::Response;
/// use ms_core::http::classify::Grpc;
/// use ms_core::http::headers::GRPC_STATUS;
/// use ms_core::verdict::{Classify, Failure, Verdict};
///
/// let head = Response::new(());
/// assert_eq!(Grpc.classify(Ok::<_, &std::fmt::Error>(&head)), Verdict::Success);
///
/// let trailers_only = Response::builder().header(GRPC_STATUS, "13").body(()).unwrap();
/// let verdict = Grpc.classify(Ok::<_, &std::fmt::Error>(&trailers_only));
/// assert_eq!(verdict, Failure::FINAL.into());
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Grpc;

impl Grpc {
    /// The verdict on the trailers of a call. Without a code among them, the call failed.
    pub fn trailers(trailers: &HeaderMap) -> Verdict {
        let code = GrpcCode::of(trailers).unwrap_or(GrpcCode::Unknown);
        with_hint(of_grpc(code), trailers)
    }
}

impl<B, E: 'static> Classify<Response<B>, E> for Grpc {
    fn classify(&self, outcome: Result<&Response<B>, &E>) -> Verdict {
        match outcome {
            Err(error) => of_error(error),
            Ok(response) => of_head(response.status(), response.headers()),
        }
    }
}

/// A status other than 200 comes from somebody in between; one of HTTP's own that means too much
/// to do keeps meaning it.
fn of_head(status: StatusCode, headers: &HeaderMap) -> Verdict {
    let verdict = match GrpcCode::of(headers) {
        Some(code) => of_grpc(code),
        None if status == StatusCode::OK => Verdict::Success,
        None => match of_http(status) {
            Verdict::Failure(failure) if failure.overloaded => failure.into(),
            _ => of_grpc(GrpcCode::from_http(status)),
        },
    };
    with_hint(verdict, headers)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ::http::HeaderValue;

    use super::*;
    use crate::http::headers::{GRPC_RETRY_PUSHBACK_MS, GRPC_STATUS};
    use crate::verdict::{Failure, Resend};

    fn trailers(code: i32) -> HeaderMap {
        let code = GrpcCode::from_number(code).format();
        HeaderMap::from_iter([(GRPC_STATUS, code.into())])
    }

    fn numbers(wanted: impl Fn(Verdict) -> bool) -> Vec<i32> {
        (0..=16).filter(|code| wanted(Grpc::trailers(&trailers(*code)))).collect()
    }

    fn head(status: u16) -> Verdict {
        let response = Response::builder().status(status).body(()).unwrap();
        Grpc.classify(Ok::<_, &()>(&response))
    }

    #[test]
    fn s_2_only_trouble_of_the_peer_is_a_failure() {
        assert_eq!(numbers(|v| v.is_failure()), [2, 4, 8, 12, 13, 14, 15]);
        assert_eq!(numbers(|v| v == Verdict::Neutral), [1]);
    }

    #[test]
    fn s_2_some_failures_may_be_sent_again_and_one_says_overloaded() {
        let resend = |v: Verdict| v.failure().is_some_and(|f| f.resend == Resend::IfSafe);
        assert_eq!(numbers(resend), [4, 8, 14]);
        assert_eq!(numbers(|v| v.failure().is_some_and(|f| f.overloaded)), [8]);
    }

    #[test]
    fn s_rt_3_a_negative_pushback_ends_the_trying() {
        let mut trailers = trailers(14);
        trailers.insert(GRPC_RETRY_PUSHBACK_MS, HeaderValue::from_static("-1"));
        assert_eq!(Grpc::trailers(&trailers), Failure::FINAL.into());
    }

    #[test]
    fn s_rt_3_a_pushback_is_how_long_to_wait() {
        let mut trailers = trailers(8);
        trailers.insert(GRPC_RETRY_PUSHBACK_MS, HeaderValue::from_static("250"));
        let failure = *Grpc::trailers(&trailers).failure().unwrap();
        assert_eq!(failure.retry_after, Some(Duration::from_millis(250)));
    }

    #[test]
    fn s_12_trailers_without_a_code_are_a_failure() {
        assert_eq!(Grpc::trailers(&HeaderMap::new()), Failure::FINAL.into());
    }

    #[test]
    fn a_head_without_a_code_leaves_the_verdict_to_the_trailers() {
        assert_eq!(head(200), Verdict::Success);
    }

    #[test]
    fn a_status_of_http_is_read_as_grpc_defines_it() {
        assert_eq!(head(404), Failure::FINAL.into());
        assert_eq!(head(401), Verdict::Success);
        assert_eq!(head(502), Failure::IF_SAFE.into());
        assert_eq!(head(503), Failure::IF_SAFE.overloaded().into());
    }

    #[test]
    fn a_code_in_the_head_goes_before_the_status_of_http() {
        let response = Response::builder().status(503).header(GRPC_STATUS, "5").body(()).unwrap();
        assert_eq!(Grpc.classify(Ok::<_, &()>(&response)), Verdict::Success);
    }
}
