//! What it tells.

use std::time::Duration;

use ms_core::registry::Voice;

/// `count` attempts failed and are followed by another, since this was last said; the latest by
/// number `attempt`, after `pause`.
#[cold]
pub(super) fn retried(voice: &Voice, count: u64, attempt: u32, pause: Duration) {
    tracing::info!(
        target: "ms::retry",
        kind = voice.kind(),
        policy = %voice.name(),
        count,
        attempt,
        ?pause,
        "trying again",
    );
    let attempt = u64::from(attempt).into();
    voice.say("retried", &[("count", count.into()), ("attempt", attempt), ("pause", pause.into())]);
}

/// `count` calls failed for good that might have been tried again, since this was last said; the
/// latest after so many `attempts`, for `reason`.
#[cold]
pub(super) fn gave_up(voice: &Voice, count: u64, attempts: u32, reason: &'static str) {
    tracing::warn!(
        target: "ms::retry",
        kind = voice.kind(),
        policy = %voice.name(),
        count,
        attempts,
        last = reason,
        "calls are not tried again",
    );
    let attempts = u64::from(attempts).into();
    voice.say(
        "gave_up",
        &[("count", count.into()), ("attempts", attempts), ("last", reason.into())],
    );
}
