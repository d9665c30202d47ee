//! What it tells.

use ms_core::registry::Voice;
use ms_core::rejection::Reason;

use super::state::State;

/// `count` calls were rejected since this was last said, the last one for `reason`.
#[cold]
pub(super) fn rejected(voice: &Voice, count: u64, reason: &Reason, state: State) {
    let (limit, waiting) = (state.limit(), state.waiting());
    tracing::warn!(
        target: "ms::bulkhead",
        kind = voice.kind(),
        policy = %voice.name(),
        count,
        last = reason.code(),
        limit,
        waiting,
        "calls rejected",
    );
    let (limit, waiting) = (u64::from(limit), u64::from(waiting));
    let fields = [
        ("count", count.into()),
        ("last", reason.code().into()),
        ("limit", limit.into()),
        ("waiting", waiting.into()),
    ];
    voice.say("rejected", &fields);
}

/// From now on another number of calls may be in flight.
#[cold]
pub(super) fn resized(voice: &Voice, from: u32, to: u32) {
    tracing::info!(
        target: "ms::bulkhead",
        kind = voice.kind(),
        policy = %voice.name(),
        from,
        to,
        "resized",
    );
    voice.say("resized", &[("from", u64::from(from).into()), ("to", u64::from(to).into())]);
}
