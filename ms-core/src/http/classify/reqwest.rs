//! What reqwest returns.

use reqwest_0_13::Response;

use super::http::Http;
use super::transport::of_error;
use super::verdict::{of_http, with_hint};
use crate::verdict::{Classify, Verdict};

impl<E: 'static> Classify<Response, E> for Http {
    fn classify(&self, outcome: Result<&Response, &E>) -> Verdict {
        match outcome {
            Err(error) => of_error(error),
            Ok(response) => with_hint(of_http(response.status()), response.headers()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Failure;

    fn verdict(status: u16) -> Verdict {
        let response = ::http::Response::builder().status(status).body("").unwrap();
        Http.classify(Ok::<_, &()>(&Response::from(response)))
    }

    #[test]
    fn s_2_responses_of_reqwest_are_judged_by_their_status() {
        assert_eq!(verdict(404), Verdict::Success);
        assert_eq!(verdict(503), Failure::IF_SAFE.overloaded().into());
    }
}
