//! Circuit breakers: closed with each kind of window, and open.

use std::future::{Future, ready as ready_now};
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use ms_core::error::ErrorLayer;
use ms_core::rejection::BoxError;
use ms_resilience::breaker::{CircuitBreakerConfig, CircuitBreakerLayer, Window};
use tower::service_fn;
use tower_layer::Layer;
use tower_service::Service;

use crate::case::Case;
use crate::drive::{pending_once, ready, rejected};
use crate::inner::Echo;

/// Longer than a case runs, however slow the machine: what happens once in a while would make
/// counts differ.
const LONG: Duration = Duration::from_secs(600);

pub(super) const CASES: [Case; 7] = [
    Case::ours("breaker/consecutive", |calls| {
        ready(layer(&consecutive()).layer(Echo::at_once()), calls);
    }),
    Case::ours("breaker/calls", |calls| {
        let config = CircuitBreakerConfig::default().window(Window::Calls(100));
        ready(layer(&config).layer(Echo::at_once()), calls);
    }),
    Case::ours("breaker/time", |calls| {
        ready(layer(&timed()).layer(Echo::at_once()), calls);
    }),
    Case::ours("breaker/time/slow", |calls| {
        ready(layer(&slow()).layer(Echo::at_once()), calls);
    }),
    Case::ours("breaker/time/slow/pending", |calls| {
        pending_once(layer(&slow()).layer(Echo::late()), calls);
    }),
    Case::ours("breaker/time/per-key", |calls| {
        let layer = layer(&timed()).per(|request: &u32| *request);
        let mut service = layer.layer(ErrorLayer.layer(Echo::at_once()));
        drop(service.call(7));
        ready(service, calls);
    }),
    Case::ours("breaker/open", open),
];

#[allow(clippy::expect_used, reason = "constants")]
fn layer(config: &CircuitBreakerConfig) -> CircuitBreakerLayer {
    CircuitBreakerLayer::new("bench", config).expect("the settings make sense")
}

fn consecutive() -> CircuitBreakerConfig {
    CircuitBreakerConfig::default().window(Window::None).consecutive_failures(5)
}

fn timed() -> CircuitBreakerConfig {
    CircuitBreakerConfig::default().window(Window::Time(LONG))
}

fn slow() -> CircuitBreakerConfig {
    timed().slow_call(LONG)
}

/// Opened by a failure, for longer than a case runs: every call is rejected.
fn open(calls: u64) {
    let config = CircuitBreakerConfig::default().window(Window::None);
    let config = config.consecutive_failures(1).open(LONG).open_max(LONG);
    let layer = layer(&config);
    let mut failing = layer.layer(service_fn(|_: u32| ready_now(Err::<u32, _>(failure()))));
    let mut cx = Context::from_waker(Waker::noop());
    let _ready = failing.poll_ready(&mut cx);
    let _failed = pin!(failing.call(0)).poll(&mut cx);
    rejected(layer.layer(ErrorLayer.layer(Echo::at_once())), calls);
}

fn failure() -> BoxError {
    "out of order".into()
}
