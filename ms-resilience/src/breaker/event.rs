//! What it tells.

use std::time::Duration;

use ms_core::registry::Voice;

use super::circuit::Change;
use super::word::CircuitState;

/// The state has changed. To be called without a lock.
#[cold]
pub(super) fn changed(voice: &Voice, change: &Change) {
    let (from, to) = (change.from.as_str(), change.to.state.as_str());
    let counts = change.counts;
    let open_time = change.until.map(|until| until.saturating_duration_since(change.at));
    macro_rules! tell {
        ($level:ident) => {
            tracing::$level!(
                target: "ms::circuit_breaker",
                policy = %voice.name(),
                from,
                to,
                reason = change.reason,
                calls = counts.calls,
                failures = counts.failures,
                slow = counts.slow,
                ?open_time,
                "the circuit is {to}",
            )
        };
    }
    match change.to.state {
        CircuitState::Open | CircuitState::ForcedOpen => tell!(warn),
        _ => tell!(info),
    }
    voice.say(
        to,
        &[
            ("from", from.into()),
            ("reason", change.reason.into()),
            ("calls", counts.calls.into()),
            ("failures", counts.failures.into()),
            ("slow", counts.slow.into()),
            ("time", open_time.unwrap_or(Duration::ZERO).into()),
        ],
    );
}
