//! Deadlines through their public names.

mod client;
mod refusals;
mod server;
mod settings;

use std::time::Duration;

use http::{HeaderMap, Request};
use ms_core::clock::sleep;
use ms_core::context::Context;
use ms_core::deadline::Deadline;
use ms_core::http::headers::X_ENVOY_EXPECTED_RQ_TIMEOUT_MS as TIMEOUT_MS;
use ms_core::registry::Registry;
use ms_core::rejection::Rejection;
use ms_core::testing::probe::{Answer, Probe};
use ms_core::testing::reading::value;
use tower::{Service, service_fn};

use super::{CALLS, DeadlineConfig, DeadlineLayer};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn asks(millis: u64) -> Request<()> {
    Request::get("/").header(TIMEOUT_MS, millis.to_string()).body(()).unwrap()
}

fn plain() -> Request<()> {
    Request::get("/").body(()).unwrap()
}

fn server(registry: &Registry, config: &DeadlineConfig) -> DeadlineLayer {
    DeadlineLayer::with("orders", config).unwrap().registry(registry)
}

/// Answers after `delay` with the deadline that it saw.
fn handler(
    delay: u64,
) -> impl Service<Request<()>, Response = Option<Deadline>, Error = Rejection, Future: Send> + Clone
{
    service_fn(move |_: Request<()>| async move {
        sleep(ms(delay)).await;
        Ok(Context::current().deadline())
    })
}

/// Answers with the headers that it was sent.
fn mirror() -> impl Service<Request<()>, Response = HeaderMap, Error = Rejection> + Clone {
    service_fn(|request: Request<()>| async move { Ok(request.headers().clone()) })
}

/// Panics inside `call` for the path `/panic`, and answers everything else at once.
fn fragile() -> Probe<Request<()>, (), Rejection> {
    let answer = |request: Request<()>| match request.uri().path() {
        "/panic" => Answer::panic_in_call(),
        _ => Answer::ready(()),
    };
    Probe::with_error(answer).0
}

fn outcome(registry: &Registry, outcome: &str) -> f64 {
    value(registry, CALLS.name(), &[("outcome", outcome)]).unwrap()
}
