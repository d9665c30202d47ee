//! The standard stack over the clients that people use, against a server that fails by a script.
//!
//! What a client was told is checked, and what arrived, on the side of the server: a request that
//! must not be sent twice never arrives twice.
#![cfg(feature = "standard")]
#![allow(clippy::unwrap_used, reason = "a test whose help fails, fails")]

mod hyper_client;
mod plain;
#[cfg(feature = "reqwest-0_13")]
mod reqwest_client;
#[path = "../support/mod.rs"]
mod support;
#[cfg(feature = "tonic-0_14")]
mod tonic_client;

use std::future::Future;
use std::time::Duration;

use axum::http::Method;
use ms_resilience::standard::{Standard, StandardConfig};
use support::fault_server::{Act, FaultServer};

const ORDER: &str = "two books";

/// What became of a call: the status of the answer, or the error.
type Told = Result<u16, String>;

/// The stack that every test puts around its client. An attempt has time enough on a busy machine,
/// unless nobody answers.
fn standard() -> Standard {
    let config = StandardConfig::default().attempt(Duration::from_millis(700));
    Standard::new("orders", &config).unwrap()
}

/// What a client is told when the first attempt ends like this and the next would be answered, and
/// how often its order arrived.
async fn told<F>(act: Act, ask: impl FnOnce(FaultServer) -> F) -> (Told, usize)
where
    F: Future<Output = (Told, FaultServer)>,
{
    let server = FaultServer::start([act, Act::Answer("done")]).await;
    let (told, server) = ask(server).await;
    let received = server.received();
    assert!(received.iter().all(|request| request.whole && request.body == ORDER));
    (told, received.len())
}

/// The status of the answer, if there is one, and how often the order arrived.
type Outcome = (Option<u16>, usize);

/// What comes of each kind of failure, for a request that may be sent twice and for one that may
/// not.
const FAILURES: [(Act, Outcome, Outcome); 8] = [
    (Act::ResetAfterReading, (Some(200), 2), (None, 1)),
    (Act::Hang, (Some(200), 2), (None, 1)),
    // Nobody can know that it was not read.
    (Act::ResetBeforeReading, (Some(200), 1), (None, 0)),
    (Act::Busy("0"), (Some(200), 2), (Some(503), 1)),
    // It is longer than the call may take: the answer is given at once.
    (Act::Busy("3600"), (Some(503), 1), (Some(503), 1)),
    // The head was given on: what breaks after it is not mended.
    (Act::Break("done"), (Some(200), 1), (Some(200), 1)),
    (Act::Drip("done"), (Some(200), 1), (Some(200), 1)),
    (Act::Answer("done"), (Some(200), 1), (Some(200), 1)),
];

/// Runs every kind of failure through a client of HTTP.
async fn fails_as_it_should<F>(ask: impl Fn(FaultServer, Method) -> F)
where
    F: Future<Output = (Told, FaultServer)>,
{
    for (act, put, post) in FAILURES {
        for (method, expected) in [(Method::PUT, put), (Method::POST, post)] {
            let (told, arrived) = told(act, |server| ask(server, method.clone())).await;
            assert_eq!((told.clone().ok(), arrived), expected, "{method} {act:?}: {told:?}");
        }
    }
}
