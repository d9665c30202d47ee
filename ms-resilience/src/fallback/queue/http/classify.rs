//! When a request over HTTP is delivered.

use http::{Response, StatusCode};
use ms_core::http::classify::Http;
use ms_core::verdict::{Classify, Failure, Verdict};

/// Judges whether a request that waited is delivered.
///
/// Elsewhere a peer that answers "no" is healthy, and that is all that counts. Here the request
/// must have been done: only 2xx is a success. What is wrong with the request itself does not
/// change by sending it again, so it is set aside; credentials may be renewed.
///
/// | response | the entry |
/// |---|---|
/// | 2xx | is done |
/// | 429, 503, an error that proves that nothing was sent | is tried again, not held against it |
/// | 401, 403, 407, 408, 425, 500, 502, 504, other errors | is tried again |
/// | all others | is set aside |
///
/// ```
/// use http::Response;
/// use ms_core::verdict::{Classify, Failure};
/// use ms_resilience::fallback::queue::Delivery;
///
/// let refused = Response::builder().status(422).body(()).unwrap();
/// assert_eq!(Delivery.classify(Ok::<_, &std::fmt::Error>(&refused)), Failure::FINAL.into());
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivery;

impl<B, E: 'static> Classify<Response<B>, E> for Delivery {
    fn classify(&self, outcome: Result<&Response<B>, &E>) -> Verdict {
        let verdict = Http.classify(outcome);
        match (outcome, verdict) {
            (Ok(response), Verdict::Success) => of_answer(response.status()),
            _ => verdict,
        }
    }
}

/// What an answer of a healthy peer says of the request.
fn of_answer(status: StatusCode) -> Verdict {
    match status {
        _ if status.is_success() => Verdict::Success,
        StatusCode::UNAUTHORIZED
        | StatusCode::FORBIDDEN
        | StatusCode::PROXY_AUTHENTICATION_REQUIRED => Failure::IF_SAFE.into(),
        _ => Failure::FINAL.into(),
    }
}

#[cfg(test)]
mod tests {
    use ms_core::verdict::Resend;

    use super::*;

    #[test]
    fn only_success_delivers_and_only_what_may_pass_is_tried_again() {
        let verdict = |status: u16| {
            let response = Response::builder().status(status).body(()).unwrap();
            Delivery.classify(Ok::<_, &std::io::Error>(&response))
        };
        let which = |is: &dyn Fn(Verdict) -> bool| {
            (100..600).filter(|status| is(verdict(*status))).collect::<Vec<u16>>()
        };
        assert_eq!(which(&|verdict| verdict == Verdict::Success), (200..300).collect::<Vec<_>>());
        let again = |verdict: Verdict| {
            verdict.failure().is_some_and(|failure| failure.resend == Resend::IfSafe)
        };
        assert_eq!(which(&again), [401, 403, 407, 408, 425, 429, 500, 502, 503, 504]);
    }

    #[test]
    fn s_rt_2_an_error_that_proves_that_nothing_was_sent_is_not_held_against_the_request() {
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let verdict = Delivery.classify(Err::<&Response<()>, _>(&refused));
        assert_eq!(verdict, Failure::NEVER_SENT.into());
    }
}
