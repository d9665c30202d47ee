//! The stack of a server on a real one.
#![cfg(feature = "standard")]
#![allow(clippy::unwrap_used, reason = "a test whose help fails, fails")]

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use ms_core::http::headers::X_ENVOY_EXPECTED_RQ_TIMEOUT_MS;
use ms_core::rejection::{Reason, Rejection};
use ms_resilience::bulkhead::BulkheadConfig;
use ms_resilience::standard::{StandardServer, StandardServerConfig};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tower::filter::FilterLayer;

const STRANGER: Reason = Reason::unauthenticated("who", "stranger");

async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}/orders")
}

async fn ask(request: Request<Body>) -> Response<hyper::body::Incoming> {
    let client = Client::builder(TokioExecutor::new()).build_http();
    client.request(request).await.unwrap()
}

fn order(uri: &str) -> Request<Body> {
    Request::get(uri).body(Body::empty()).unwrap()
}

/// One request at a time, which waits until somebody lets it go on.
fn orders() -> (Router, Arc<Notify>, Arc<Notify>) {
    let (come, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let wait = |State((come, go)): State<(Arc<Notify>, Arc<Notify>)>| async move {
        come.notify_one();
        go.notified().await;
        "two books"
    };
    let state = (Arc::clone(&come), Arc::clone(&go));
    let router = Router::new().route("/orders", get(wait)).with_state(state);
    (router, come, go)
}

fn one_at_a_time() -> StandardServer {
    let config = StandardServerConfig::default().bulkhead(BulkheadConfig::new(1));
    StandardServer::new("orders", &config).unwrap()
}

#[tokio::test]
async fn what_finds_no_place_is_told_to_come_again() {
    let (router, come, go) = orders();
    let uri = serve(router.layer(one_at_a_time())).await;
    let first = tokio::spawn(ask(order(&uri)));
    come.notified().await;
    let second = ask(order(&uri)).await;
    assert_eq!(second.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(second.headers()[header::CONTENT_TYPE], "application/problem+json");
    go.notify_one();
    assert_eq!(first.await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn s_to_2_what_takes_longer_than_its_caller_gives_is_given_up() {
    let (router, ..) = orders();
    let uri = serve(router.layer(StandardServer::named("orders"))).await;
    let mut hasty = order(&uri);
    hasty.headers_mut().insert(X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, 5.into());
    assert_eq!(ask(hasty).await.status(), StatusCode::GATEWAY_TIMEOUT);
}

#[tokio::test]
async fn a_stranger_takes_no_place() {
    let (router, come, go) = orders();
    let who = FilterLayer::new(|request: Request<Body>| {
        let is_known = request.headers().contains_key(header::AUTHORIZATION);
        if is_known { Ok(request) } else { Err(Rejection::new(&STRANGER, "orders")) }
    });
    let uri = serve(router.layer(one_at_a_time().authenticate(who))).await;
    let mut known = order(&uri);
    known.headers_mut().insert(header::AUTHORIZATION, "me".parse().unwrap());
    let first = tokio::spawn(ask(known));
    come.notified().await;
    assert_eq!(ask(order(&uri)).await.status(), StatusCode::UNAUTHORIZED);
    go.notify_one();
    assert_eq!(first.await.unwrap().status(), StatusCode::OK);
}
