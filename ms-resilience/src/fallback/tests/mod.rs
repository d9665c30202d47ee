//! Fallbacks through their public names.

mod kinds;
mod laws;
mod limits;
#[cfg(feature = "http")]
mod marks;
mod observed;
mod settings;
mod when;

use std::time::Duration;

use ms_core::error::Error;
use ms_core::registry::Registry;
use ms_core::rejection::{Reason, Rejection};
use ms_core::testing::probe::{Answer, Probe, ProbeError, ProbeHandle};
use ms_core::testing::reading::value;

use super::CALLS;

type Failure = Error<ProbeError>;
type Inner = Probe<u32, u32>;
type Handle = ProbeHandle<u32, u32>;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A circuit that is open, say.
const OPEN: Reason = Reason::unavailable("test", "circuit_open");

/// Answers with the request, but fails for 0.
fn flaky() -> (Inner, Handle) {
    Probe::new(|request: u32| match request {
        0 => Answer::error(ProbeError::new("broken")),
        request => Answer::ready(request),
    })
}

fn broken() -> Inner {
    Probe::new(|_| Answer::error(ProbeError::new("broken"))).0
}

fn rejected(reason: &'static Reason) -> (Inner, Handle) {
    Probe::new(move |_| Answer::error(Rejection::new(reason, "inside")))
}

fn hung() -> (Inner, Handle) {
    Probe::new(|_| Answer::never())
}

/// Whether it is the error of the wrapped service, as it was.
fn is_original(result: &Result<u32, Failure>) -> bool {
    matches!(result, Err(Error::Service(error)) if *error == ProbeError::new("broken"))
}

/// How many calls of the only policy in `registry` were answered like this.
fn count(registry: &Registry, outcome: &str) -> f64 {
    value(registry, CALLS.name(), &[("outcome", outcome)]).expect("there is such an outcome")
}
