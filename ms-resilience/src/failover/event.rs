//! What it tells.

use ms_core::name::Name;
use ms_core::registry::Voice;

use super::metric::CallOutcome;
use super::standing::Change;

/// An endpoint, as events name it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'a> {
    /// Its place in the list, counted from 1.
    pub(super) number: u64,
    pub(super) name: &'a Name,
}

/// The standing of an endpoint has changed. To be called without a lock.
#[cold]
pub(super) fn turned(voice: &Voice, endpoint: Named<'_>, change: Change) {
    let Named { number, name } = endpoint;
    macro_rules! tell {
        ($level:ident, $text:literal) => {
            tracing::$level!(
                target: "ms::failover",
                kind = voice.kind(),
                policy = %voice.name(),
                endpoint = %name,
                number,
                $text,
            )
        };
    }
    let what = match change {
        Change::Left => {
            tell!(warn, "an endpoint is left");
            "left"
        }
        Change::Returns => {
            tell!(info, "an endpoint returns");
            "returns"
        }
        Change::Returned => {
            tell!(info, "an endpoint has returned");
            "returned"
        }
    };
    voice.say(what, &[("endpoint", number.into())]);
}

/// From now on calls stay with another endpoint. To be called without a lock.
#[cold]
pub(super) fn switched(voice: &Voice, to: Named<'_>) {
    let Named { number, name } = to;
    tracing::warn!(
        target: "ms::failover",
        kind = voice.kind(),
        policy = %voice.name(),
        endpoint = %name,
        number,
        "calls stay with another endpoint",
    );
    voice.say("switched", &[("endpoint", number.into())]);
}

/// `count` calls moved on to another endpoint since this was last said.
#[cold]
pub(super) fn moved(voice: &Voice, count: u64, from: Named<'_>, to: Named<'_>) {
    tracing::info!(
        target: "ms::failover",
        kind = voice.kind(),
        policy = %voice.name(),
        count,
        from = %from.name,
        to = %to.name,
        "calls move on",
    );
    let (from, to) = (from.number, to.number);
    voice.say("moved", &[("count", count.into()), ("from", from.into()), ("to", to.into())]);
}

/// `count` calls failed and did not go on, since this was last said: the latest, which was at so
/// many endpoints, for the reason `outcome`. `failures` is how these failed last.
#[cold]
pub(super) fn gave_up(voice: &Voice, count: u64, asked: u32, outcome: CallOutcome, failures: &str) {
    let last = outcome.as_str();
    tracing::warn!(
        target: "ms::failover",
        kind = voice.kind(),
        policy = %voice.name(),
        count,
        last,
        asked,
        failures,
        "calls failed",
    );
    let asked = u64::from(asked);
    voice.say("failed", &[("count", count.into()), ("last", last.into()), ("asked", asked.into())]);
}
