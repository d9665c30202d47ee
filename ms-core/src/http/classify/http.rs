//! By the status of the response.

use ::http::Response;

use super::transport::of_error;
use super::verdict::{of_http, with_hint};
use crate::verdict::{Classify, Verdict};

/// Classifies HTTP by the status of the response; errors are failures.
///
/// Errors of known types tell whether the request
/// [certainly never left](super#what-certainly-never-left).
///
/// ```
/// use http::Response;
/// use ms_core::http::classify::Http;
/// use ms_core::verdict::{Classify, Failure};
/// use std::io::{Error, ErrorKind};
///
/// let response = Response::builder().status(502).body(()).unwrap();
/// assert_eq!(Http.classify(Ok::<_, &Error>(&response)), Failure::IF_SAFE.into());
///
/// let refused = Error::from(ErrorKind::ConnectionRefused);
/// assert_eq!(Http.classify(Err::<&Response<()>, _>(&refused)), Failure::NEVER_SENT.into());
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Http;

impl<B, E: 'static> Classify<Response<B>, E> for Http {
    fn classify(&self, outcome: Result<&Response<B>, &E>) -> Verdict {
        match outcome {
            Err(error) => of_error(error),
            Ok(response) => with_hint(of_http(response.status()), response.headers()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ::http::HeaderName;

    use super::*;
    use crate::http::headers::{GRPC_RETRY_PUSHBACK_MS, RETRY_AFTER};
    use crate::verdict::{Failure, Resend};

    fn verdict(status: u16) -> Verdict {
        asking(status, RETRY_AFTER, "soon")
    }

    fn asking(status: u16, name: HeaderName, value: &str) -> Verdict {
        let response = Response::builder().status(status).header(name, value).body(()).unwrap();
        Http.classify(Ok::<_, &()>(&response))
    }

    #[test]
    fn s_2_a_peer_that_answers_no_is_healthy() {
        let healthy = |status: &u16| verdict(*status) == Verdict::Success;
        let failures: Vec<u16> = (100..500).filter(|status| !healthy(status)).collect();
        assert_eq!(failures, [408, 425, 429]);
    }

    #[test]
    fn s_2_every_5xx_is_a_failure_and_some_of_them_may_be_sent_again() {
        let again = |status: &u16| verdict(*status).failure().unwrap().resend == Resend::IfSafe;
        assert_eq!((500..600).filter(again).collect::<Vec<_>>(), [500, 502, 503, 504]);
    }

    #[test]
    fn a_peer_that_has_too_much_to_do_is_overloaded() {
        let overloaded = |status: &u16| verdict(*status).failure().is_some_and(|f| f.overloaded);
        assert_eq!((100..600).filter(overloaded).collect::<Vec<_>>(), [429, 503]);
    }

    #[test]
    fn s_rt_3_the_peer_says_how_long_to_wait() {
        let failure = *asking(503, RETRY_AFTER, "9").failure().unwrap();
        assert_eq!(failure.retry_after, Some(Duration::from_secs(9)));
    }

    #[test]
    fn s_rt_8_the_peer_says_not_to_try_again() {
        let failure = *asking(503, GRPC_RETRY_PUSHBACK_MS, "-1").failure().unwrap();
        assert_eq!(failure.resend, Resend::Never);
    }

    #[test]
    fn an_error_is_a_failure() {
        assert_eq!(Http.classify(Err::<&Response<()>, _>(&())), Failure::IF_SAFE.into());
    }
}
