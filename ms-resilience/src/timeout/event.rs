//! What it tells.

use std::time::Duration;

use ms_core::registry::Voice;

/// `count` calls were given up since this was last said.
#[cold]
pub(super) fn timed_out(voice: &Voice, count: u64, limit: Duration) {
    tracing::warn!(
        target: "ms::timeout",
        kind = voice.kind(),
        policy = %voice.name(),
        count,
        ?limit,
        "calls timed out",
    );
    voice.say("timed_out", &[("count", count.into()), ("limit", limit.into())]);
}
