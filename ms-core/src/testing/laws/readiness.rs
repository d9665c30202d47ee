//! Readiness is asked for, spent once, and given back.

use std::future::poll_fn;

use tower_service::Service;

use super::drive::{Law, pause};
use super::passing::echo;
use super::subject::{Handle, TestedCloneLayer, TestedLayer, TestedService};
use crate::testing::probe::ProbeError;
use crate::testing::wakes::Wakes;

/// More idle services than any sensible limit has permits.
const CROWD: usize = 1_000;

/// The inner service is only called after it said that it is ready (S-10).
///
/// Asked after readiness was asked for several times, for one call after another whose answers
/// nobody waited for, and after a readiness error.
pub async fn only_what_is_ready_is_called<L: TestedLayer>(make: impl Fn() -> L) {
    let law = Law("only_what_is_ready_is_called");
    let (probe, handle) = echo();
    let mut service = make().layer(probe);
    ask(law, &mut service, 3).await;
    law.echo("after readiness was asked for three times", &mut service, 1).await;
    require_ready_calls(law, &handle, "readiness was asked for three times");

    let mut answers = Vec::new();
    for request in 0..3 {
        ask(law, &mut service, 1).await;
        answers.push(service.call(request));
    }
    for answer in answers {
        law.require(law.finish("a call", answer).await.is_ok(), "a call failed");
    }
    require_ready_calls(law, &handle, "calls followed each other");

    handle.fail_readiness_once(ProbeError::new("not now"));
    let _ = law.outcome(&mut service, 2).await;
    let _ = law.outcome(&mut service, 3).await;
    require_ready_calls(law, &handle, "readiness had failed");
}

/// A clone is made ready on its own: the readiness of its original is not copied (S-10).
pub async fn a_clone_is_made_ready_anew<L: TestedCloneLayer>(make: impl Fn() -> L) {
    let law = Law("a_clone_is_made_ready_anew");
    let (probe, handle) = echo();
    let mut original = make().layer(probe);
    ask(law, &mut original, 1).await;
    let mut clone = original.clone();
    law.echo("on the clone of a ready service", &mut clone, 1).await;
    law.echo("on a ready service that was cloned", &mut original, 2).await;
    require_ready_calls(law, &handle, "a ready service was cloned");
}

/// A service that is ready and idle holds no permit of the layer's own (S-10).
///
/// The inner service has room for all, so whoever waits here waits for the layer. A thousand
/// idle clones are more than any limit has room for.
pub async fn an_idle_service_holds_no_permit<L: TestedCloneLayer>(make: impl Fn() -> L) {
    let law = Law("an_idle_service_holds_no_permit");
    let (probe, _handle) = echo();
    let first = make().layer(probe);
    let mut idle = Vec::new();
    let wakes = Wakes::new();
    for number in 0..CROWD {
        let mut clone = first.clone();
        let pending = wakes.poll_ready(&mut clone).is_pending();
        law.require(!pending, format_args!("{number} clones that are idle keep one more waiting"));
        idle.push(clone);
    }
    let mut last = first.clone();
    let held = format!("while {CROWD} clones are ready and idle");
    law.echo(&held, &mut last, 1).await;
}

/// Where the inner service has a single permit, one call after the other gets through.
///
/// A layer that readies one instance and calls another waits for itself here, and one that makes
/// ready ahead of the next call leaves the permit idle.
pub async fn one_permit_is_enough<L: TestedLayer>(make: impl Fn() -> L) {
    let law = Law("one_permit_is_enough");
    let (probe, handle) = echo();
    handle.limit(1);
    let mut service = make().layer(probe);
    for request in 0..3 {
        ask(law, &mut service, 2).await;
        law.echo("with a single permit", &mut service, request).await;
        let idle = handle.seen().idle_ready;
        law.require(idle == 0, format_args!("after call {request}, {idle} permits lie idle"));
    }
}

/// A ready service that is dropped gives back what it had reserved inside.
pub async fn a_dropped_service_gives_its_permit_back<L: TestedLayer>(make: impl Fn() -> L) {
    let law = Law("a_dropped_service_gives_its_permit_back");
    let (probe, handle) = echo();
    handle.limit(1);
    let layer = make();
    let mut first = layer.layer(probe.clone());
    ask(law, &mut first, 1).await;
    drop(first);
    pause().await;
    let idle = handle.seen().idle_ready;
    law.require(idle == 0, format_args!("it was dropped, and {idle} permits lie idle"));
    let mut second = layer.layer(probe);
    law.echo("after a ready service was dropped", &mut second, 1).await;
}

/// A readiness error reaches the caller and is not the end of the service (S-10).
pub async fn a_readiness_error_is_transient<L: TestedLayer>(make: impl Fn() -> L) {
    let law = Law("a_readiness_error_is_transient");
    let (probe, handle) = echo();
    let mut service = make().layer(probe);
    handle.fail_readiness_once(ProbeError::new("the readiness error"));
    let outcome = law.outcome(&mut service, 1).await;
    let told = outcome.as_ref().is_err_and(|e| format!("{e:?}").contains("the readiness error"));
    law.require(told, format_args!("the inner readiness failed, the caller got {outcome:?}"));
    law.echo("after a readiness error", &mut service, 2).await;
}

/// Asks `times` times whether `service` is ready, until it is.
async fn ask<S: TestedService>(law: Law, service: &mut S, times: usize) {
    for _ in 0..times {
        let ready = poll_fn(|cx| service.poll_ready(cx));
        if let Err(error) = law.finish("readiness", ready).await {
            law.broken(format_args!("a healthy service is not ready: {error:?}"));
        }
    }
}

fn require_ready_calls(law: Law, handle: &Handle, when: &str) {
    let unready = handle.seen().unready_calls;
    law.require(unready == 0, format_args!("{unready} unready calls, after {when}"));
}
