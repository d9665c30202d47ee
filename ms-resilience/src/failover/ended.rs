//! Pure: how it ended that an endpoint was asked, and what follows from it.

use ms_core::rejection::{Fault, Kind, Rejectable, Rejection};
use ms_core::verdict::{Failure, Resend, Verdict};

use super::metric::Ending;

/// What it says of the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    Good,
    Bad,
    Unknown,
    /// Only the age of the call can tell.
    ByAge,
}

/// How it ended that an endpoint was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) ending: Ending,
    pub(super) health: Health,
    /// The caller gets it, whatever others said.
    pub(super) is_answer: bool,
    /// Whether the request may go to another endpoint.
    pub(super) resend: Resend,
    /// The endpoint may have got it.
    pub(super) is_sent: bool,
}

impl Ended {
    /// The endpoint was called: this is the verdict on what it gave, and the `error` if it is one.
    pub(super) fn called<E: Rejectable>(verdict: Option<Verdict>, error: Option<&E>) -> Self {
        let (ending, is_sent) = (Ending::Failed, true);
        if let Some(refusal) = refusal(error) {
            return Self::refused(refusal);
        }
        match verdict {
            Some(Verdict::Failure(Failure { resend, .. })) => {
                let is_sent = resend != Resend::NeverSent;
                Self { ending, health: Health::Bad, is_answer: false, resend, is_sent }
            }
            None => {
                let (health, resend) = (Health::ByAge, Resend::Never);
                Self { ending, health, is_answer: false, resend, is_sent }
            }
            Some(Verdict::Success) => Self::answered(Health::Good),
            Some(Verdict::Neutral) => Self::answered(Health::Unknown),
        }
    }

    /// The endpoint failed to become ready.
    pub(super) fn unready<E: Rejectable>(verdict: Option<Verdict>, error: &E) -> Self {
        if let Some(refusal) = refusal(Some(error)) {
            return Self::refused(refusal);
        }
        let is_bad = verdict.is_some_and(|verdict| verdict.is_failure());
        let health = if is_bad { Health::Bad } else { Health::Unknown };
        Self { health, ..Self::LATE }
    }

    /// The endpoint did not become ready in time.
    pub(super) const LATE: Self = Self {
        ending: Ending::NotReady,
        health: Health::Bad,
        is_answer: false,
        resend: Resend::NeverSent,
        is_sent: false,
    };

    const fn answered(health: Health) -> Self {
        let (ending, resend) = (Ending::Answered, Resend::Never);
        Self { ending, health, is_answer: true, resend, is_sent: true }
    }

    /// Our own side refused, which another endpoint may not.
    fn refused(refusal: &Rejection) -> Self {
        let may_pass = matches!(refusal.reason().kind(), Kind::Unavailable | Kind::Exhausted);
        let resend = if may_pass { Resend::NeverSent } else { Resend::Never };
        let (ending, health) = (Ending::Rejected, Health::Unknown);
        Self { ending, health, is_answer: false, resend, is_sent: false }
    }
}

/// The rejection of our own side that it is or holds.
fn refusal<E: Rejectable>(error: Option<&E>) -> Option<&Rejection> {
    let rejection = error?.as_rejection()?;
    (rejection.reason().fault() == Fault::Local).then_some(rejection)
}
