//! A circuit on a real server: one for all connections, though the layer makes a service for each.
#![cfg(all(feature = "breaker", feature = "http"))]
#![allow(clippy::unwrap_used, reason = "a test whose help fails, fails")]

use std::net::SocketAddr;

use axum::Router;
use axum::http::{Request, StatusCode};
use axum::routing::get;
use bytes::Bytes;
use http_body_util::Empty;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use ms_core::http::classify::Http;
use ms_core::http::respond;
use ms_resilience::breaker::{CircuitBreakerConfig, CircuitBreakerLayer, CircuitState};
use tokio::net::TcpListener;
use tower::ServiceBuilder;

async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// One request over a connection of its own.
async fn ask(address: SocketAddr) -> (StatusCode, bool) {
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let request = Request::get(format!("http://{address}/")).body(Empty::new()).unwrap();
    let response = client.request(request).await.unwrap();
    (response.status(), response.headers().contains_key("retry-after"))
}

#[tokio::test]
async fn s_9_a_circuit_on_a_router_opens_for_all_connections() {
    let config = CircuitBreakerConfig::default().minimum_calls(20);
    let circuit = CircuitBreakerLayer::new("orders", &config).unwrap().classify(Http);
    let layers = ServiceBuilder::new().layer(circuit.clone());
    let broken = || async { StatusCode::INTERNAL_SERVER_ERROR };
    let server = serve(Router::new().route("/", get(broken)).layer(respond(layers))).await;

    let asked = (0..20).map(|_| tokio::spawn(ask(server)));
    for answer in asked.collect::<Vec<_>>() {
        assert_eq!(answer.await.unwrap(), (StatusCode::INTERNAL_SERVER_ERROR, false));
    }

    assert_eq!(circuit.handle().state(), CircuitState::Open);
    assert_eq!(ask(server).await, (StatusCode::SERVICE_UNAVAILABLE, true));
}
