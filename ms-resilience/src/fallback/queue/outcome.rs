//! Pure: what becomes of an entry after an attempt to deliver it.

use std::time::Duration;

use ms_core::rejection::{Rejectable, Rejection};
use ms_core::verdict::{Classify, Resend, Verdict, judge};

/// What becomes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Delivered,
    /// It could never be delivered.
    Hopeless(&'static str),
    /// It is to be tried again, unless that was the last time.
    Failed(Trouble),
    /// The same, and it is not held against the entry.
    Excused(Trouble),
}

/// Why, and how long the peer asked us to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) reason: &'static str,
    pub(super) asked: Option<Duration>,
}

impl Outcome {
    /// No request can be made of the entry.
    pub(super) const UNREADABLE: Self = Self::Hopeless("unreadable");

    /// Whoever tried to deliver it did not live to tell.
    pub(super) const FATAL: Self = Self::Hopeless("fatal");

    /// The delivery gave `result`.
    pub(super) fn of<V, Res, Err>(classifier: &V, result: Result<&Res, &Err>) -> Self
    where
        V: Classify<Res, Err>,
        Err: Rejectable,
    {
        let rejection = result.err().and_then(Rejectable::as_rejection);
        let reason = rejection.map_or("failure", |rejection| rejection.reason().code());
        let failure = match judge(classifier, result) {
            Some(Verdict::Success) => return Self::Delivered,
            Some(Verdict::Failure(failure)) => failure,
            // Our own side refused, or nobody can tell.
            Some(Verdict::Neutral) | None => {
                let asked = rejection.and_then(Rejection::wait);
                return Self::Excused(Trouble { reason, asked });
            }
        };
        let trouble = Trouble { reason, asked: failure.retry_after };
        match failure.resend {
            Resend::Never => Self::Hopeless(reason),
            Resend::NeverSent => Self::Excused(trouble),
            Resend::IfSafe if failure.overloaded => Self::Excused(trouble),
            Resend::IfSafe => Self::Failed(trouble),
        }
    }

    /// The service failed to become ready.
    pub(super) fn unready<Err: Rejectable>(error: &Err) -> Self {
        let asked = error.as_rejection().and_then(Rejection::wait);
        Self::Excused(Trouble { reason: "not_ready", asked })
    }
}
