//! By the code of a `tonic::Status`.

use std::any::Any;

use tonic_0_14::Status;

use super::transport;
use super::unsent::{as_error, held, never_sent};
use super::verdict::{of_grpc, with_hint};
use crate::http::grpc_code::GrpcCode;
use crate::rejection::rejectable::chain;
use crate::verdict::{Failure, Resend, Verdict};

pub(super) fn of_error(error: &dyn Any) -> Verdict {
    let status =
        as_error(error).and_then(|error| chain(error).find_map(|error| held::<Status>(error)));
    status.map_or_else(|| transport::of_error(error), of_status)
}

fn of_status(status: &Status) -> Verdict {
    let verdict = of_grpc(GrpcCode::from_number(status.code() as i32));
    with_hint(by_source(verdict, status), status.metadata().as_ref())
}

/// A channel gives its own errors a code too, most of them one that would be final or neutral had
/// the peer said it.
fn by_source(verdict: Verdict, status: &Status) -> Verdict {
    let failure = match verdict {
        Verdict::Success => return verdict,
        Verdict::Neutral => Failure::IF_SAFE,
        Verdict::Failure(failure) => failure,
    };
    if never_sent(status) {
        Failure { resend: Resend::NeverSent, ..failure }.into()
    } else if verdict.is_failure() && chain(status).any(|error| error.is::<hyper::Error>()) {
        Failure { resend: Resend::IfSafe, ..failure }.into()
    } else {
        verdict
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use super::*;
    use crate::rejection::BoxError;

    #[test]
    fn a_status_is_judged_by_its_code() {
        assert_eq!(of_error(&Status::not_found("")), Verdict::Success);
        assert_eq!(of_error(&Status::internal("")), Failure::FINAL.into());
    }

    #[test]
    fn a_status_in_a_box_is_judged_by_its_code() {
        let boxed: BoxError = Box::new(Status::not_found(""));
        assert_eq!(of_error(&boxed), Verdict::Success);
    }

    #[test]
    fn an_error_without_a_status_is_a_failure() {
        assert_eq!(of_error(&"broken"), Failure::IF_SAFE.into());
    }

    #[test]
    fn s_rt_3_a_status_carries_the_pushback() {
        let mut status = Status::unavailable("");
        status.metadata_mut().insert("grpc-retry-pushback-ms", "-1".parse().unwrap());
        assert_eq!(of_error(&status), Failure::FINAL.into());
    }

    #[test]
    fn s_rt_2_a_call_that_found_no_connection_certainly_never_left() {
        let mut status = Status::unavailable("");
        status.set_source(Arc::new(io::Error::from(io::ErrorKind::ConnectionRefused)));
        assert_eq!(of_error(&status), Failure::NEVER_SENT.into());
    }
}
