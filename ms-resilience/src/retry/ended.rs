//! How an attempt ended, and what that asks for.

use ms_core::rejection::{Fault, Kind, Rejectable, Rejection};
use ms_core::verdict::{Failure, Resend, Verdict};

use super::state::State;

/// How an attempt ended, before its outcome is given up or returned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ended {
    pub(super) verdict: Option<Verdict>,
    /// Our own side refused it: the peer never saw it.
    pub(super) is_refused: bool,
    /// With which failure it may be tried again.
    pub(super) failure: Option<Failure>,
}

impl Ended {
    /// Looks at what was judged so, and the `error` if it is one.
    ///
    /// An attempt that was not sent failed before: the service did not become ready.
    pub(super) fn new<E: Rejectable>(
        verdict: Option<Verdict>,
        error: Option<&E>,
        is_sent: bool,
        state: &State,
    ) -> Self {
        let refusal = error.and_then(E::as_rejection).filter(|rejection| is_local(rejection));
        let failure = match (verdict, refusal) {
            (_, Some(refusal)) => {
                let tries = may_pass(refusal) && state.retries_rejections();
                tries.then(|| Failure::NEVER_SENT.retry_after(refusal.wait()))
            }
            (Some(Verdict::Failure(failure)), None) if !is_sent => Some(never_sent(failure)),
            (Some(Verdict::Failure(failure)), None) => Some(failure),
            (Some(Verdict::Success | Verdict::Neutral) | None, None) => None,
        };
        Self { verdict, is_refused: refusal.is_some(), failure }
    }
}

fn is_local(rejection: &Rejection) -> bool {
    rejection.reason().fault() == Fault::Local
}

/// Whether a refusal may be another a moment later.
fn may_pass(refusal: &Rejection) -> bool {
    matches!(refusal.reason().kind(), Kind::Unavailable | Kind::Exhausted)
}

/// What failed before it was sent may be sent, unless that would not mend it.
fn never_sent(failure: Failure) -> Failure {
    match failure.resend {
        Resend::Never => failure,
        Resend::IfSafe | Resend::NeverSent => Failure::NEVER_SENT.retry_after(failure.retry_after),
    }
}
