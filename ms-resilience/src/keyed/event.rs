//! What it tells.

use ms_core::registry::Voice;

/// `count` calls since this was last said had keys for which there was no room beside `keys`.
#[cold]
pub(super) fn overflowed(voice: &Voice, count: u64, keys: u64) {
    tracing::warn!(
        target: "ms::keyed",
        kind = voice.kind(),
        policy = %voice.name(),
        count,
        keys,
        "no room for more keys: calls share one instance",
    );
    voice.say("overflowed", &[("count", count.into()), ("keys", keys.into())]);
}
