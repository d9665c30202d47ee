//! Pure: whether a call is tried again, and after which pause.

use std::time::Duration;

use ms_core::repeat::NotRepeatable;
use ms_core::verdict::{Failure, Resend};

use super::metric::CallOutcome;

/// What a decision asks, in the order in which it does: a question is put only if all before it
/// were answered well.
pub(super) trait Means {
    /// What an attempt is paid with.
    type Token;

    /// Whether there is an attempt left.
    fn has_attempts(&mut self) -> bool;
    /// Whether it does no harm to do the work of the request twice.
    fn is_safe(&mut self) -> bool;
    /// Whether the request can be had once more.
    fn check(&mut self) -> Result<(), NotRepeatable>;
    /// How long to wait, where the peer asked for `hint`; none where the schedule has ended.
    fn pause(&mut self, hint: Option<Duration>) -> Option<Duration>;
    /// Whether there is time for something after `pause`.
    fn fits(&mut self, pause: Duration) -> bool;
    /// What the attempt is paid with, if it is.
    fn draw(&mut self) -> Option<Self::Token>;
}

/// After which pause a call is tried again that failed like this, or why it is not.
pub(super) fn decide<M: Means>(
    failure: Option<Failure>,
    mut means: M,
) -> Result<(Duration, M::Token), CallOutcome> {
    let failure = failure.filter(|failure| failure.resend != Resend::Never);
    let Some(Failure { resend, retry_after, .. }) = failure else {
        return Err(CallOutcome::NotRetryable);
    };
    if !means.has_attempts() {
        return Err(CallOutcome::Attempts);
    }
    if resend == Resend::IfSafe && !means.is_safe() {
        return Err(CallOutcome::Unsafe);
    }
    match means.check() {
        // What is in use now may be free after the pause.
        Ok(()) | Err(NotRepeatable::InUse) => {}
        Err(_) => return Err(CallOutcome::Committed),
    }
    let pause = means.pause(retry_after).ok_or(CallOutcome::Attempts)?;
    if !means.fits(pause) {
        return Err(CallOutcome::Deadline);
    }
    let token = means.draw().ok_or(CallOutcome::Budget)?;
    Ok((pause, token))
}

/// How long to wait where the schedule says `delay` and the peer asked for `hint`.
///
/// The longer wins; of a hint at most `longest` is heeded. `chance`, from 0 to 1, adds up to a
/// tenth to a hint, so that those who were told the same do not come back together; it never takes
/// away.
pub(super) fn pause(
    delay: Duration,
    hint: Option<Duration>,
    longest: Duration,
    chance: f64,
) -> Duration {
    let hint = hint.unwrap_or_default().min(longest);
    if hint <= delay {
        return delay;
    }
    let spread = hint / 10;
    hint.saturating_add(spread.mul_f64(chance))
}
