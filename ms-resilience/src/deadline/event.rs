//! What it tells.

use ms_core::registry::Voice;

/// `count` requests were refused since this was last said.
#[cold]
pub(super) fn refused(voice: &Voice, count: u64) {
    tracing::warn!(
        target: "ms::deadline",
        kind = voice.kind(),
        policy = %voice.name(),
        count,
        "requests refused: too little time was left",
    );
    voice.say("refused", &[("count", count.into())]);
}

/// `count` requests were given up since this was last said.
#[cold]
pub(super) fn exceeded(voice: &Voice, count: u64) {
    tracing::info!(
        target: "ms::deadline",
        policy = %voice.name(),
        count,
        "requests given up: their deadline came first",
    );
    voice.say("exceeded", &[("count", count.into())]);
}

/// `count` headers were ignored since this was last said. Their text is never shown.
#[cold]
pub(super) fn header_ignored(voice: &Voice, count: u64) {
    tracing::info!(target: "ms::deadline", policy = %voice.name(), count, "headers ignored");
    voice.say("header_ignored", &[("count", count.into())]);
}
