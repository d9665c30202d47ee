//! A panic inside goes on unwinding, and nothing is left behind.

use super::drive::{Law, caught, pause};
use super::subject::TestedLayer;
use crate::error::Error;
use crate::testing::probe::{Answer, PANIC_IN_CALL, PANIC_IN_POLL, Probe, ProbeError};

/// A panic of the inner `call` reaches the caller, and the service works afterwards (S-4, S-5).
pub async fn a_panic_in_call_unwinds<L: TestedLayer>(make: impl Fn() -> L) {
    let law = Law("a_panic_in_call_unwinds");
    unwinds(law, make, Answer::panic_in_call, PANIC_IN_CALL).await;
}

/// A panic of the inner future reaches the caller, and the service works afterwards (S-4, S-5).
pub async fn a_panic_in_poll_unwinds<L: TestedLayer>(make: impl Fn() -> L) {
    let law = Law("a_panic_in_poll_unwinds");
    unwinds(law, make, Answer::panic_in_poll, PANIC_IN_POLL).await;
}

async fn unwinds<L: TestedLayer>(
    law: Law,
    make: impl Fn() -> L,
    panic: fn() -> Answer<u32, Error<ProbeError>>,
    text: &str,
) {
    let (probe, handle) = Probe::new(move |request: u32| match request {
        0 => panic(),
        _ => Answer::ready(request),
    });
    handle.limit(1);
    let layer = make();
    let mut service = layer.layer(probe.clone());
    match law.panic_of(&mut service, 0).await {
        Ok(outcome) => law.broken(format_args!("the panic became {outcome:?}")),
        Err(seen) if seen == text => {}
        Err(seen) => law.broken(format_args!("the panic became another one: {seen}")),
    }
    pause().await;
    let left = handle.seen().in_flight;
    law.require(left == 0, format_args!("after the panic, {left} calls are in flight"));
    if let Err(panic) = caught(law.echo("after a panic", &mut service, 1)).await {
        law.broken(format_args!("the same service is broken after it: {panic}"));
    }
    drop(service);
    let mut other = layer.layer(probe);
    law.echo("on another service of the layer, after a panic", &mut other, 2).await;
}
