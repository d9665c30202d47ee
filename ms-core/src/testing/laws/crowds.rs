//! Many calls, many clones, many services of one layer.

use std::time::Duration;

use tokio::task::JoinSet;

use super::drive::{Driven, Law, attempt};
use super::passing::echo;
use super::subject::{TestedCloneLayer, TestedLayer};
use crate::context::Context;
use crate::testing::probe::{Answer, Probe};

/// How many calls are made at once: fewer than a default limit of any policy.
const CROWD: u32 = 32;

/// Thirty-two calls of as many clones at once all get their own answer.
pub async fn many_calls_at_once_all_finish<L: TestedCloneLayer>(make: impl Fn() -> L) {
    let law = Law("many_calls_at_once_all_finish");
    let (probe, handle) = Probe::new(|request: u32| match request % 3 {
        0 => Answer::ready(request),
        1 => Answer::ready(request).after_polls(3),
        _ => Answer::ready(request).after(Duration::from_millis(1)),
    });
    let service = make().layer(probe);
    let mut calls = JoinSet::new();
    for request in 0..CROWD {
        let mut clone = service.clone();
        let call = async move { (request, law.outcome(&mut clone, request).await) };
        calls.spawn(Context::current().scope(call));
    }
    while let Some(call) = calls.join_next().await {
        match call {
            Ok((request, outcome)) => law.require_answer("among many", &outcome, request),
            Err(error) => law.broken(format_args!("one of {CROWD} calls at once: {error}")),
        }
    }
    let left = handle.seen().in_flight;
    law.require(left == 0, format_args!("all have finished, {left} are in flight"));
}

/// A clone of a clone works, also after its original is gone.
pub async fn a_clone_outlives_its_original<L: TestedCloneLayer>(make: impl Fn() -> L) {
    let law = Law("a_clone_outlives_its_original");
    let (probe, _handle) = echo();
    let mut service = make().layer(probe);
    for generation in 0..CROWD {
        let when = format!("on the clone of generation {generation}, its original gone");
        service = service.clone();
        law.echo(&when, &mut service, generation).await;
    }
}

/// Two services of one layer each call their own inner one, whatever happens to the other.
pub async fn services_of_one_layer_live_apart<L: TestedLayer>(make: impl Fn() -> L) {
    let law = Law("services_of_one_layer_live_apart");
    let (hanging, first_handle) = Probe::new(|_: u32| Answer::never());
    let (probe, second_handle) = echo();
    let layer = make();
    let (mut first, mut second) = (layer.layer(hanging), layer.layer(probe));
    drop(layer);
    let mut call = Driven::new(attempt(&mut first, 0));
    call.poll();
    law.echo("while the other hangs", &mut second, 1).await;
    drop(call);
    drop(first);
    law.echo("after the other is gone", &mut second, 2).await;
    let calls = (first_handle.requests(), second_handle.requests());
    let right = calls.0 == [0] && calls.1 == [1, 2];
    law.require(right, format_args!("([0], [1, 2]) were sent, {calls:?} arrived"));
}
