//! Timeouts through their public names.

#[cfg(feature = "http")]
mod bodies;
mod limits;
mod observed;
mod settings;

use std::time::Duration;

use ms_core::registry::{Registry, Value};
use ms_core::rejection::{Reason, Rejectable, Rejection};
use ms_core::testing::probe::{Answer, Probe, ProbeHandle};

type Inner = Probe<u32, u32, Rejection>;
type Handle = ProbeHandle<u32, u32, Rejection>;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Answers after as many milliseconds as the request says.
fn slow() -> (Inner, Handle) {
    Probe::with_error(|delay: u32| match delay {
        0 => Answer::ready(0),
        delay => Answer::ready(delay).after(ms(delay.into())),
    })
}

fn hung() -> (Inner, Handle) {
    Probe::with_error(|_| Answer::never())
}

fn is<T, E: Rejectable>(result: &Result<T, E>, reason: &Reason) -> bool {
    let rejection = result.as_ref().err().and_then(Rejectable::as_rejection);
    rejection.is_some_and(|rejection| rejection.is(reason))
}

/// How many calls of the only policy in `registry` ended like this.
fn count(registry: &Registry, outcome: &str) -> u64 {
    let readings = registry.readings();
    let is_it =
        |r: &&_| ms_core::registry::Reading::is(r, super::CALLS.name(), &[("outcome", outcome)]);
    match readings.iter().find(is_it).map(|reading| &reading.value) {
        Some(Value::Counter(count)) => *count,
        other => panic!("no count of {outcome}: {other:?}"),
    }
}
