//! An outcome that a fallback may answer for.

use std::fmt;
use std::sync::Arc;

use ms_core::rejection::{Fault, Rejectable, Rejection};
use ms_core::sync::{Mutex, lock};
use ms_core::verdict::{Resend, Verdict};

/// Where the outcome is that was lent, once it is given back.
type Home<Res, Err> = Arc<Mutex<Option<Result<Res, Err>>>>;

/// The outcome of a call that was no success: an error, or a response that is as bad.
///
/// A fallback function is lent one. Dropped, it goes back: if the function has no answer, or takes
/// too long, the caller gets what it would have got without a fallback.
///
/// ```
/// use ms_core::rejection::Rejection;
/// use ms_resilience::fallback::Failed;
///
/// fn is_overloaded(failed: &Failed<Vec<u32>, Rejection>) -> bool {
///     failed.verdict().is_some_and(|verdict| verdict.failure().is_some_and(|f| f.overloaded))
/// }
/// ```
pub struct Failed<Res, Err> {
    /// Empty only while it is given back.
    outcome: Option<Result<Res, Err>>,
    verdict: Option<Verdict>,
    is_unready: bool,
    home: Option<Home<Res, Err>>,
}

/// The right to have an outcome back that was lent.
pub(super) struct Lent<Res, Err>(Home<Res, Err>);

impl<Res, Err> Failed<Res, Err> {
    /// The service answered with `outcome`.
    pub(super) const fn called(outcome: Result<Res, Err>, verdict: Option<Verdict>) -> Self {
        Self { outcome: Some(outcome), verdict, is_unready: false, home: None }
    }

    /// The service failed to become ready.
    pub(super) const fn unready(error: Err, verdict: Option<Verdict>) -> Self {
        Self { outcome: Some(Err(error)), verdict, is_unready: true, home: None }
    }

    /// Whoever gets it is to give it back.
    pub(super) fn lend(mut self) -> (Self, Lent<Res, Err>) {
        let home = Home::default();
        self.home = Some(Arc::clone(&home));
        (self, Lent(home))
    }

    /// The outcome itself.
    #[allow(clippy::expect_used, reason = "only here and when it is dropped it becomes empty")]
    pub(super) fn into_outcome(mut self) -> Result<Res, Err> {
        self.outcome.take().expect("it is there until it is dropped")
    }

    /// The error, if it is one.
    #[must_use]
    pub fn error(&self) -> Option<&Err> {
        self.outcome.as_ref()?.as_ref().err()
    }

    /// The response, if there is one: a classifier found it as bad as an error.
    #[must_use]
    pub fn response(&self) -> Option<&Res> {
        self.outcome.as_ref()?.as_ref().ok()
    }

    /// What it says of the peer; `None` where a deadline of the caller cut the call short.
    #[must_use]
    pub const fn verdict(&self) -> Option<Verdict> {
        self.verdict
    }

    /// Whether the peer failed.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.verdict.is_some_and(|verdict| verdict.is_failure())
    }

    /// Whether the service failed to become ready: it was never called.
    #[must_use]
    pub const fn is_unready(&self) -> bool {
        self.is_unready
    }
}

impl<Res, Err: Rejectable> Failed<Res, Err> {
    /// The rejection, if one of our layers refused or gave up.
    #[must_use]
    pub fn rejection(&self) -> Option<&Rejection> {
        self.error()?.as_rejection()
    }

    /// Whether our own side refused the call: a circuit is open, a bulkhead is full.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.rejection().is_some_and(|rejection| rejection.reason().fault() == Fault::Local)
    }

    /// Whether the request certainly never left.
    #[must_use]
    pub fn never_left(&self) -> bool {
        let resend = self.verdict.as_ref().and_then(Verdict::failure).map(|failure| failure.resend);
        self.is_unready || self.is_local() || resend == Some(Resend::NeverSent)
    }

    /// Why, in one word: the code of the rejection, `not_ready`, or `failure`.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self.rejection() {
            Some(rejection) => rejection.reason().code(),
            None if self.is_unready => "not_ready",
            None => "failure",
        }
    }
}

impl<Res, Err> Lent<Res, Err> {
    /// The outcome, if it was given back.
    pub(super) fn back(&self) -> Option<Result<Res, Err>> {
        lock(&self.0).take()
    }
}

impl<Res, Err> Clone for Lent<Res, Err> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<Res, Err> Drop for Failed<Res, Err> {
    fn drop(&mut self) {
        if let Some(home) = &self.home {
            *lock(home) = self.outcome.take();
        }
    }
}

impl<Res, Err> fmt::Debug for Failed<Res, Err> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failed")
            .field("is_error", &self.error().is_some())
            .field("verdict", &self.verdict)
            .field("is_unready", &self.is_unready)
            .finish_non_exhaustive()
    }
}

impl<Res, Err> fmt::Debug for Lent<Res, Err> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lent").finish_non_exhaustive()
    }
}
