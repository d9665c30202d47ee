//! By the code of a `tonic::Status`.

use std::any::Any;
use std::error::Error;
use std::io;
use std::iter::successors;

use tonic_0_14::{ConnectError, Status};

use super::verdict::{of_grpc, with_hint};
use crate::http::grpc_code::GrpcCode;
use crate::rejection::value::BoxError;
use crate::verdict::{Failure, Resend, Verdict};

pub(super) fn of_error<E: 'static>(error: &E) -> Verdict {
    status_in(error).map_or(Failure::IF_SAFE.into(), of_status)
}

fn of_status(status: &Status) -> Verdict {
    let code = GrpcCode::from_number(status.code() as i32);
    match with_hint(of_grpc(code), status.metadata().as_ref()) {
        Verdict::Failure(failure) if never_left(status) => {
            Failure { resend: Resend::NeverSent, ..failure }.into()
        }
        verdict => verdict,
    }
}

/// The status that `error` is, or that is in its box.
fn status_in(error: &dyn Any) -> Option<&Status> {
    match error.downcast_ref::<BoxError>() {
        Some(boxed) => chain(&**boxed).find_map(|error| error.downcast_ref()),
        None => error.downcast_ref(),
    }
}

/// Whether the call ended before there was a connection.
fn never_left(status: &Status) -> bool {
    let refused = |error: &io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    chain(status)
        .any(|error| error.is::<ConnectError>() || error.downcast_ref().is_some_and(refused))
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| error.source())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

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
