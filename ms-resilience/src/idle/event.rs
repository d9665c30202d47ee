//! What it tells.

use std::time::Duration;

use ms_core::registry::Voice;

/// `count` bodies were given up since this was last said.
#[cold]
pub(super) fn stalled(voice: &Voice, count: u64, limit: Duration) {
    tracing::warn!(
        target: "ms::idle_timeout",
        policy = %voice.name(),
        count,
        ?limit,
        "bodies stalled",
    );
    voice.say("stalled", &[("count", count.into()), ("limit", limit.into())]);
}
