//! Retries over real sockets, against a server that fails by a script.
#![cfg(feature = "retry")]
#![allow(clippy::unwrap_used, reason = "a test whose help fails, fails")]

mod support;

use std::time::Duration;

use axum::http::{HeaderMap, Method, Request, Response};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use ms_core::error::{Error, ErrorLayer};
use ms_core::http::classify::Grpc;
use ms_core::http::headers::X_ENVOY_ATTEMPT_COUNT;
use ms_core::http::replay::ReplayBody;
use ms_resilience::budget::Funded;
use ms_resilience::retry::{RetryConfig, RetryLayer};
use support::fault_server::{Act, FaultServer};
use tower::{ServiceBuilder, ServiceExt};

type Failed = Error<hyper_util::client::legacy::Error>;

fn layer() -> RetryLayer {
    let config = RetryConfig::default().budget(Funded::default().start(10.0));
    RetryLayer::new("users", &config).unwrap()
}

fn order(server: &FaultServer, method: Method) -> Request<Full<Bytes>> {
    let request = Request::builder().method(method).uri(server.uri("/orders"));
    request.body("two books".into()).unwrap()
}

async fn ask(
    server: &FaultServer,
    method: Method,
    http2: bool,
) -> Result<Response<Incoming>, Failed> {
    type Body = ReplayBody<Full<Bytes>>;
    let client = if http2 { server.http2_client::<Body>() } else { server.client::<Body>() };
    let stack = ServiceBuilder::new()
        .layer(layer().schedule([Duration::ZERO; 2]))
        .layer(ErrorLayer)
        .service(client);
    stack.oneshot(order(server, method)).await
}

/// The numbers of the attempts that arrived whole.
fn numbers(server: &FaultServer) -> Vec<String> {
    let received = server.received();
    assert!(received.iter().all(|request| request.whole && request.body == "two books"));
    let number = |headers: &HeaderMap| headers[X_ENVOY_ATTEMPT_COUNT].to_str().unwrap().to_owned();
    received.iter().map(|request| number(&request.headers)).collect()
}

#[tokio::test]
async fn s_rt_2_an_order_is_placed_once_where_nobody_knows_whether_it_arrived() {
    for (act, http2) in [
        (Act::ResetAfterReading, false),
        (Act::ResetAfterReading, true),
        (Act::ResetBeforeReading, false),
    ] {
        let server = FaultServer::start([act, Act::Answer("done")]).await;
        assert!(ask(&server, Method::POST, http2).await.is_err());
        assert!(server.received().len() <= 1);
    }
}

#[tokio::test]
async fn s_rt_2_an_order_that_found_nobody_is_placed_when_somebody_is_there() {
    for http2 in [false, true] {
        let server = FaultServer::start([Act::Refuse, Act::Refuse, Act::Answer("done")]).await;
        let response = ask(&server, Method::POST, http2).await.unwrap();
        assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "done");
        assert_eq!(numbers(&server), ["3"]);
    }
}

#[tokio::test]
async fn s_rt_2_what_is_safe_is_sent_again_whole_after_a_reset_and_a_refusal() {
    for http2 in [false, true] {
        let acts = [Act::ResetAfterReading, Act::Refuse, Act::Answer("done")];
        let server = FaultServer::start(acts).await;
        assert_eq!(ask(&server, Method::PUT, http2).await.unwrap().status(), 200);
        assert_eq!(numbers(&server), ["1", "3"]);
    }
}

#[tokio::test]
async fn a_server_that_stays_broken_gives_its_own_error() {
    let server = FaultServer::start([Act::ResetAfterReading]).await;
    let error = ask(&server, Method::GET, false).await.unwrap_err();
    assert!(matches!(error, Error::Service(error) if !error.is_connect()));
    assert_eq!(numbers(&server), ["1", "2", "3"]);
}

#[tokio::test]
async fn a_server_that_stays_busy_gives_its_own_answer() {
    let server = FaultServer::start([Act::Busy("0")]).await;
    let response = ask(&server, Method::GET, false).await.unwrap();
    assert_eq!((response.status().as_u16(), numbers(&server).len()), (503, 3));
}

#[tokio::test]
async fn s_rt_1_a_server_that_asks_for_more_time_than_there_is_gives_its_answer_at_once() {
    let server = FaultServer::start([Act::Busy("20")]).await;
    let now = ms_core::clock::now();
    let deadline = ms_core::deadline::Deadline::after(now, Duration::from_secs(15));
    let context = ms_core::context::Context::new().with_deadline(deadline);
    let response = context.scope(ask(&server, Method::GET, false)).await.unwrap();
    assert_eq!(response.headers()["retry-after"], "20");
    assert_eq!(numbers(&server), ["1"]);
}

#[tokio::test]
async fn grpc_that_fails_in_the_head_is_tried_again_and_in_the_trailers_is_not() {
    for (act, arrived) in [(Act::GrpcTrailersOnly, 2), (Act::GrpcTrailers, 1)] {
        let server = FaultServer::start([act, Act::Answer("done")]).await;
        let client = server.http2_client::<ReplayBody<Full<Bytes>>>();
        let stack = ServiceBuilder::new()
            .layer(layer().classify(Grpc).schedule([Duration::ZERO; 2]))
            .layer(ErrorLayer)
            .service(client);
        stack.oneshot(order(&server, Method::PUT)).await.unwrap();
        assert_eq!(server.received().len(), arrived);
    }
}
