//! What a call was worth: one judgement for breaker, retry, failover, balancing and metrics.
//!
//! ```
//! use ms_core::verdict::{Classify, Failure, Verdict};
//!
//! // A classifier is a closure, or one of the ready-made ones.
//! let teapot = |outcome: Result<&u16, &std::io::Error>| match outcome {
//!     Ok(418) | Err(_) => Verdict::Failure(Failure::IF_SAFE),
//!     Ok(_) => Verdict::Success,
//! };
//! assert!(teapot.classify(Ok(&418)).is_failure());
//! assert_eq!(teapot.classify(Ok(&200)), Verdict::Success);
//! ```
//!
//! # Behaviour
//!
//! A layer never asks a classifier about a rejection that one of our own layers made: it asks
//! [`judge`], which looks for one first. So an open circuit further in is neutral further out,
//! whatever the user's classifier thinks of errors.

use std::time::Duration;

use crate::rejection::{Fault, Rejectable};

/// What a call says about the health of the service that was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// The peer did its work.
    Success,
    /// It says nothing: not counted anywhere.
    Neutral,
    /// The peer failed.
    Failure(Failure),
}

impl Verdict {
    /// Whether it is a failure.
    #[inline]
    #[must_use]
    pub const fn is_failure(&self) -> bool {
        matches!(self, Self::Failure(_))
    }

    /// The failure, if it is one.
    #[inline]
    #[must_use]
    pub const fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failure(failure) => Some(failure),
            Self::Success | Self::Neutral => None,
        }
    }
}

/// Whether a request that failed may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resend {
    /// It would fail again, or the peer asked us not to.
    Never,
    /// If it does no harm to do its work twice.
    IfSafe,
    /// Whatever it is: it certainly never left.
    NeverSent,
}

/// How a call failed, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// Whether the request may be sent again.
    pub resend: Resend,
    /// Whether the peer failed because it has too much to do.
    pub overloaded: bool,
    /// How long the peer asked us to wait.
    pub retry_after: Option<Duration>,
}

impl Failure {
    /// A failure that sending again does not mend.
    pub const FINAL: Self = Self::new(Resend::Never);

    /// A failure after which a request may be sent again if that does no harm.
    pub const IF_SAFE: Self = Self::new(Resend::IfSafe);

    /// A failure of a request that certainly never left.
    pub const NEVER_SENT: Self = Self::new(Resend::NeverSent);

    /// A failure after which a request may be sent again as `resend` says.
    #[must_use]
    pub const fn new(resend: Resend) -> Self {
        Self { resend, overloaded: false, retry_after: None }
    }

    /// The peer has too much to do.
    #[must_use]
    pub const fn overloaded(mut self) -> Self {
        self.overloaded = true;
        self
    }

    /// The peer asked us to wait for as long.
    #[must_use]
    pub const fn retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }
}

impl From<Failure> for Verdict {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// Turns the outcome of a call into a [`Verdict`].
///
/// Closures `Fn(Result<&Res, &Err>) -> Verdict` are classifiers.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not classify `Result<&{Res}, &{Err}>`",
    note = "a classifier is a cloneable closure `|outcome: Result<&{Res}, &{Err}>| -> Verdict`, \
            `Errors`, or with HTTP one of `ms_core::http::classify`"
)]
pub trait Classify<Res, Err>: Clone {
    /// The verdict on `outcome`.
    fn classify(&self, outcome: Result<&Res, &Err>) -> Verdict;
}

impl<F, Res, Err> Classify<Res, Err> for F
where
    F: Fn(Result<&Res, &Err>) -> Verdict + Clone,
{
    #[inline]
    fn classify(&self, outcome: Result<&Res, &Err>) -> Verdict {
        self(outcome)
    }
}

/// Every error is a failure, every response a success: the default for what is not HTTP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Errors;

impl<Res, Err> Classify<Res, Err> for Errors {
    #[inline]
    fn classify(&self, outcome: Result<&Res, &Err>) -> Verdict {
        match outcome {
            Ok(_) => Verdict::Success,
            Err(_) => Verdict::Failure(Failure::IF_SAFE),
        }
    }
}

/// The verdict on `outcome`; `None` where only the age of the call can tell.
///
/// A rejection of ours is found before `classifier` is asked: one by our own side is neutral (the
/// peer was never called), one for which the peer is to blame is a failure, and an attempt that
/// the caller's deadline cut short gets no verdict here, since only a policy that knows how old
/// the call is can judge it.
#[inline]
pub fn judge<C, Res, Err>(classifier: &C, outcome: Result<&Res, &Err>) -> Option<Verdict>
where
    C: Classify<Res, Err>,
    Err: Rejectable,
{
    let Err(error) = outcome else {
        return Some(classifier.classify(outcome));
    };
    let Some(rejection) = error.as_rejection() else {
        return Some(classifier.classify(outcome));
    };
    match rejection.reason().fault() {
        Fault::Local => Some(Verdict::Neutral),
        Fault::Peer => Some(Failure::IF_SAFE.retry_after(rejection.wait()).into()),
        Fault::Caller => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rejection::{Reason, Rejection};

    const OPEN: Reason = Reason::unavailable("circuit_breaker", "circuit_open");
    const SLOW: Reason = Reason::deadline("timeout", "attempt_timeout").fault_of(Fault::Peer);
    const LATE: Reason = Reason::deadline("timeout", "deadline").fault_of(Fault::Caller);

    fn judged(reason: &'static Reason) -> Option<Verdict> {
        let never = |_: Result<&(), &Rejection>| -> Verdict { unreachable!("not ours to ask") };
        judge(&never, Err(&Rejection::new(reason, "users")))
    }

    #[test]
    fn s_3_a_local_rejection_is_neutral_and_no_classifier_sees_it() {
        assert_eq!(judged(&OPEN), Some(Verdict::Neutral));
    }

    #[test]
    fn s_3_an_attempt_that_took_too_long_is_the_failure_of_the_peer() {
        assert_eq!(judged(&SLOW), Some(Failure::IF_SAFE.into()));
    }

    #[test]
    fn s_3_an_attempt_that_the_callers_deadline_cut_short_is_left_to_its_age() {
        assert_eq!(judged(&LATE), None);
    }

    #[test]
    fn s_2_by_default_an_error_is_a_failure_and_a_response_a_success() {
        let failed: Result<&(), _> = Err(&"refused");
        assert!(Errors.classify(failed).is_failure());
        assert_eq!(Errors.classify(Ok::<_, &()>(&())), Verdict::Success);
    }
}
