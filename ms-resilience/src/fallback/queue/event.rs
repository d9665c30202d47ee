//! What a queue tells.

use ms_core::registry::Voice;

/// The entry `id` was set aside after so many attempts, since `reason`.
#[cold]
pub(super) fn set_aside(voice: &Voice, id: u64, attempts: u32, reason: &'static str) {
    tracing::error!(
        target: "ms::fallback_queue",
        kind = voice.kind(),
        policy = %voice.name(),
        id,
        attempts,
        reason,
        "an entry was set aside",
    );
    let attempts = u64::from(attempts).into();
    voice.say("set_aside", &[("id", id.into()), ("attempts", attempts), ("reason", reason.into())]);
}

/// `count` attempts to deliver entries failed since this was last said, the last one for `reason`.
#[cold]
pub(super) fn stuck(voice: &Voice, count: u64, waiting: usize, reason: &'static str) {
    tracing::warn!(
        target: "ms::fallback_queue",
        kind = voice.kind(),
        policy = %voice.name(),
        count,
        waiting,
        reason,
        "entries cannot be delivered",
    );
    let fields =
        [("count", count.into()), ("waiting", (waiting as u64).into()), ("reason", reason.into())];
    voice.say("stuck", &fields);
}
