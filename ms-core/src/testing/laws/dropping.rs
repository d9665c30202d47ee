//! What is dropped is over.

use std::future::poll_fn;

use tower_service::Service;

use super::drive::{Driven, Law, attempt, pause};
use super::passing::echo;
use super::subject::{Handle, Inner, TestedLayer};
use crate::testing::probe::{Answer, Probe};

/// An inner service with a single permit that never answers the request 0.
fn tight() -> (Inner, Handle) {
    let (probe, handle) = Probe::new(|request: u32| match request {
        0 => Answer::never(),
        _ => Answer::ready(request),
    });
    handle.limit(1);
    (probe, handle)
}

/// A response future that is dropped drops the inner one: nothing runs on (S-4).
pub async fn a_dropped_future_drops_the_inner_one<L: TestedLayer>(make: impl Fn() -> L) {
    let law = Law("a_dropped_future_drops_the_inner_one");
    let (probe, handle) = tight();
    let mut service = make().layer(probe);
    for round in 1..=3 {
        let mut call = Driven::new(attempt(&mut service, 0));
        call.poll();
        let waits = call.settle().await.is_pending();
        law.require(waits, "a call was answered that the inner service never answers");
        drop(call);
        pause().await;
        let left = handle.seen().in_flight;
        let what = format_args!("{round} calls were dropped, {left} still run inside");
        law.require(left == 0, what);
    }
    law.echo("after calls were dropped", &mut service, 1).await;
}

/// A response future that is never polled does no harm (S-4).
pub async fn an_unpolled_future_is_harmless<L: TestedLayer>(make: impl Fn() -> L) {
    let law = Law("an_unpolled_future_is_harmless");
    let (probe, handle) = tight();
    let mut service = make().layer(probe);
    for _ in 0..3 {
        let ready = poll_fn(|cx| service.poll_ready(cx));
        law.require(law.finish("readiness", ready).await.is_ok(), "it is not ready");
        drop(service.call(0));
        pause().await;
    }
    let left = handle.seen().in_flight;
    law.require(left == 0, format_args!("3 futures were dropped unpolled, {left} still run"));
    law.echo("after futures were dropped unpolled", &mut service, 1).await;
}

/// When the service and its layer are gone, so is the inner service.
pub async fn a_dropped_service_drops_the_inner_one<L: TestedLayer>(make: impl Fn() -> L) {
    let law = Law("a_dropped_service_drops_the_inner_one");
    let (probe, handle) = echo();
    let layer = make();
    let mut service = layer.layer(probe);
    law.echo("on a new service", &mut service, 1).await;
    drop(service);
    drop(layer);
    pause().await;
    let alive = handle.seen().alive;
    law.require(alive == 0, format_args!("{alive} instances of the inner service live on"));
}
