//! What a generated client returns.

use tonic_0_14::Response;

use super::grpc::Grpc;
use super::status::of_error;
use crate::verdict::{Classify, Verdict};

/// A response that a generated client understood is a success; its error has a code.
impl<T, E: 'static> Classify<Response<T>, E> for Grpc {
    fn classify(&self, outcome: Result<&Response<T>, &E>) -> Verdict {
        outcome.map_or_else(|error| of_error(error), |_| Verdict::Success)
    }
}

#[cfg(test)]
mod tests {
    use tonic_0_14::Status;

    use super::*;
    use crate::verdict::Failure;

    #[test]
    fn s_2_the_outcome_of_a_generated_client_is_judged_by_its_code() {
        let outcome = |outcome: Result<&Response<()>, &Status>| Grpc.classify(outcome);
        assert_eq!(outcome(Ok(&Response::new(()))), Verdict::Success);
        assert_eq!(outcome(Err(&Status::permission_denied(""))), Verdict::Success);
        assert_eq!(outcome(Err(&Status::unavailable(""))), Failure::IF_SAFE.into());
    }
}
