//! By how far the request came, where there is no response.

use std::any::Any;

use super::unsent::{as_error, never_sent};
use crate::verdict::{Failure, Verdict};

/// The verdict on the error of a client.
pub(super) fn of_error(error: &dyn Any) -> Verdict {
    let never_left = as_error(error).is_some_and(never_sent);
    if never_left { Failure::NEVER_SENT.into() } else { Failure::IF_SAFE.into() }
}

#[cfg(test)]
mod tests {
    use std::io::{self, ErrorKind};

    use super::*;
    use crate::error::Error;
    use crate::rejection::BoxError;

    const NEVER_SENT: Verdict = Verdict::Failure(Failure::NEVER_SENT);
    const IF_SAFE: Verdict = Verdict::Failure(Failure::IF_SAFE);

    fn io(kind: ErrorKind) -> io::Error {
        kind.into()
    }

    #[test]
    fn s_rt_2_a_connection_that_was_refused_is_found_wherever_it_stands() {
        let refused = || io(ErrorKind::ConnectionRefused);
        let boxed = || -> BoxError { Box::new(io::Error::other(refused())) };
        assert_eq!(of_error(&refused()), NEVER_SENT);
        assert_eq!(of_error(&Error::Service(refused())), NEVER_SENT);
        assert_eq!(of_error(&boxed()), NEVER_SENT);
        assert_eq!(of_error(&Error::Service(boxed())), NEVER_SENT);
        let deep: BoxError = Box::new(Error::Service(refused()));
        assert_eq!(of_error(&deep), NEVER_SENT);
    }

    #[test]
    fn s_rt_2_a_connection_that_broke_later_proves_nothing() {
        let kinds = [
            ErrorKind::ConnectionReset,
            ErrorKind::ConnectionAborted,
            ErrorKind::BrokenPipe,
            ErrorKind::UnexpectedEof,
            ErrorKind::TimedOut,
            ErrorKind::NotConnected,
        ];
        for kind in kinds {
            assert_eq!(of_error(&io(kind)), IF_SAFE, "{kind}");
        }
    }

    #[test]
    fn an_error_of_an_unknown_type_is_a_failure() {
        assert_eq!(of_error(&"connection refused"), IF_SAFE);
        assert_eq!(of_error(&Error::Service("connection refused")), IF_SAFE);
    }
}
