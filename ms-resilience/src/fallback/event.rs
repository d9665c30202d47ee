//! What it tells.

use ms_core::registry::Voice;

/// `count` calls were answered by the fallback since this was last said, the last one for `reason`.
#[cold]
pub(super) fn degraded(voice: &Voice, count: u64, by: &'static str, reason: &'static str) {
    tracing::warn!(
        target: "ms::fallback",
        kind = voice.kind(),
        policy = %voice.name(),
        count,
        by,
        reason,
        "calls answered by the fallback",
    );
    let fields = [("count", count.into()), ("by", by.into()), ("reason", reason.into())];
    voice.say("degraded", &fields);
}

/// `count` calls failed since this was last said for which the fallback had no answer either, the
/// last one for `reason`, to which the fallback said `answer`.
#[cold]
pub(super) fn no_answer(voice: &Voice, count: u64, answer: &'static str, reason: &'static str) {
    tracing::warn!(
        target: "ms::fallback",
        kind = voice.kind(),
        policy = %voice.name(),
        count,
        answer,
        reason,
        "calls failed, and the fallback gave no answer",
    );
    let fields = [("count", count.into()), ("answer", answer.into()), ("reason", reason.into())];
    voice.say("no_answer", &fields);
}
