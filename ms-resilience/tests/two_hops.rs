//! A deadline over two hops: real servers, real sockets, real clients.
#![cfg(all(feature = "deadline", feature = "timeout"))]
#![allow(clippy::unwrap_used, reason = "a test whose help fails, fails")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, HeaderName, Request, Response, StatusCode};
use axum::routing::get;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use ms_core::context::Context;
use ms_core::error::ErrorLayer;
use ms_core::http::headers::X_ENVOY_EXPECTED_RQ_TIMEOUT_MS as TIMEOUT_MS;
use ms_core::http::respond;
use ms_core::registry::Registry;
use ms_core::rejection::Rejectable;
use ms_core::testing::reading::value;
use ms_resilience::deadline::{CALLS, DeadlineLayer, EXCEEDED, PropagateDeadlineLayer};
use ms_resilience::timeout::TimeoutLayer;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tower::{Service, ServiceBuilder, ServiceExt};

type Body = Empty<Bytes>;

async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

fn client() -> impl Service<
    Request<Body>,
    Response = Response<hyper::body::Incoming>,
    Error: Rejectable + Send,
    Future: Send,
> + Clone {
    ServiceBuilder::new()
        .layer(PropagateDeadlineLayer::named("users"))
        .layer(ErrorLayer)
        .service(Client::builder(TokioExecutor::new()).build_http::<Body>())
}

async fn ask(address: SocketAddr, header: Option<(HeaderName, &str)>) -> Response<Bytes> {
    let mut request = Request::get(format!("http://{address}/")).body(Body::new()).unwrap();
    if let Some((name, value)) = header {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let (head, body) = client.request(request).await.unwrap().into_parts();
    Response::from_parts(head, body.collect().await.unwrap().to_bytes())
}

/// Sends on its end what it saw of the deadline, and hangs.
fn hung_user_service(registry: &Registry, seen: mpsc::UnboundedSender<HeaderMap>) -> Router {
    let handler = move |headers: HeaderMap| {
        let seen = Seen { headers, at_end: seen.clone() };
        async move {
            let _seen = seen;
            std::future::pending::<()>().await;
        }
    };
    let layer = DeadlineLayer::named("users").registry(registry);
    Router::new().route("/", get(handler)).layer(respond(ServiceBuilder::new().layer(layer)))
}

/// Tells when the handler that holds it is dropped.
struct Seen {
    headers: HeaderMap,
    at_end: mpsc::UnboundedSender<HeaderMap>,
}

impl Drop for Seen {
    fn drop(&mut self) {
        let _ = self.at_end.send(std::mem::take(&mut self.headers));
    }
}

fn order_service(users: SocketAddr) -> Router {
    let users = Arc::new((client(), users));
    let handler = move || {
        let users = Arc::clone(&users);
        async move {
            let request = Request::get(format!("http://{}/", users.1)).body(Body::new()).unwrap();
            match users.0.clone().oneshot(request).await {
                Ok(response) => response.status(),
                Err(_) => StatusCode::BAD_GATEWAY,
            }
        }
    };
    let layers = ServiceBuilder::new().layer(DeadlineLayer::named("orders"));
    Router::new().route("/", get(handler)).layer(respond(layers))
}

#[tokio::test]
async fn s_to_3_both_hops_work_towards_one_deadline_and_both_stop_at_it() {
    let registry = Registry::new();
    let (send, mut seen) = mpsc::unbounded_channel();
    let users = serve(hung_user_service(&registry, send)).await;
    let orders = serve(order_service(users)).await;

    let answer = ask(orders, Some((TIMEOUT_MS, "300"))).await;

    // Whichever hop is first: the inner one is told five milliseconds less.
    assert_eq!(answer.status(), StatusCode::GATEWAY_TIMEOUT);
    let seen = seen.recv().await.unwrap();
    let told: u64 = seen[TIMEOUT_MS].to_str().unwrap().parse().unwrap();
    assert!((1..=295).contains(&told), "{told}");
    let ended = ["exceeded", "cancelled"]
        .map(|outcome| value(&registry, CALLS.name(), &[("outcome", outcome)]).unwrap_or_default());
    assert_eq!(ended.iter().sum::<f64>(), 1.0, "{ended:?}");
}

#[tokio::test]
async fn a_deadline_that_is_over_is_a_problem_for_http_and_a_status_for_grpc() {
    let (send, _seen) = mpsc::unbounded_channel();
    let users = serve(hung_user_service(&Registry::new(), send)).await;

    let answer = ask(users, Some((TIMEOUT_MS, "20"))).await;
    assert_eq!(answer.status(), StatusCode::GATEWAY_TIMEOUT);
    let problem: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(problem["code"], EXCEEDED.code());

    let mut request = Request::get(format!("http://{users}/")).body(Body::new()).unwrap();
    request.headers_mut().insert("content-type", "application/grpc".parse().unwrap());
    request.headers_mut().insert("grpc-timeout", "20m".parse().unwrap());
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let answer = client.request(request).await.unwrap();
    assert_eq!(
        (answer.status(), &answer.headers()["grpc-status"]),
        (StatusCode::OK, &"4".parse().unwrap())
    );
}

#[tokio::test]
async fn bad_headers_never_fail_a_request() {
    let handler = || async { Context::current().deadline().is_none().to_string() };
    let layers = ServiceBuilder::new().layer(DeadlineLayer::named("lenient"));
    let server = serve(Router::new().route("/", get(handler)).layer(respond(layers))).await;
    let huge = "9".repeat(4000);
    for bad in ["", "-1", "1e9", "\t", "soon", "18446744073709551616", &huge] {
        for name in [TIMEOUT_MS, HeaderName::from_static("grpc-timeout")] {
            let answer = ask(server, Some((name, bad))).await;
            assert_eq!((answer.status(), answer.body().as_ref()), (StatusCode::OK, &b"true"[..]));
        }
    }
}

#[tokio::test]
async fn a_hung_server_is_given_up_and_its_connection_is_closed() {
    let closed = Arc::new(AtomicBool::new(false));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Arc::clone(&closed);
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut sink = tokio::io::sink();
        tokio::io::copy(&mut stream, &mut sink).await.unwrap();
        seen.store(true, Ordering::SeqCst);
    });
    let client = ServiceBuilder::new()
        .layer(TimeoutLayer::attempt(Duration::from_millis(50)))
        .layer(ErrorLayer)
        .service(Client::builder(TokioExecutor::new()).build_http::<Body>());

    let request = Request::get(format!("http://{address}/")).body(Body::new()).unwrap();
    let error = client.oneshot(request).await.unwrap_err();

    assert!(error.as_rejection().unwrap().is(&ms_resilience::timeout::ATTEMPT));
    server.await.unwrap();
    assert!(closed.load(Ordering::SeqCst));
}
