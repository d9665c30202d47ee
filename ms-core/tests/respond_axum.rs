//! Rejections become responses: a real router, a real socket, a real client.
#![cfg(feature = "http")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test whose help fails, fails")]

mod support;

use std::net::SocketAddr;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::response::Response as AxumResponse;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use ms_core::http::respond;
use ms_core::rejection::{BoxError, Reason, Rejection};
use serde_json::{Value, json};
use support::{Refuse, serve};
use tower::layer::layer_fn;
use tower::{Layer, Service, ServiceBuilder, ServiceExt};

fn app() -> Router {
    let served = || async { "served" };
    Router::new().fallback(served).layer(respond(ServiceBuilder::new().layer(Refuse)))
}

async fn send(address: SocketAddr, method: Method, path: &str, headers: HeaderMap) -> Answer {
    let mut request = Request::new(Full::new(Bytes::new()));
    *request.method_mut() = method;
    *request.uri_mut() = format!("http://{address}/{path}").parse().unwrap();
    *request.headers_mut() = headers;
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let (head, body) = client.request(request).await.unwrap().into_parts();
    Response::from_parts(head, body.collect().await.unwrap().to_bytes())
}

type Answer = Response<Bytes>;

async fn get(path: &str) -> Answer {
    send(serve(app()).await, Method::GET, path, HeaderMap::new()).await
}

fn problem(answer: &Answer) -> Value {
    serde_json::from_slice(answer.body()).unwrap()
}

#[tokio::test]
async fn a_response_of_the_service_passes_untouched() {
    let answer = get("books").await;
    assert_eq!((answer.status().as_u16(), answer.body().as_ref()), (200, &b"served"[..]));
}

#[tokio::test]
async fn every_kind_of_rejection_has_its_status_and_its_problem() {
    let kinds = [
        ("unavailable", 503, "Service Unavailable"),
        ("exhausted", 429, "Too Many Requests"),
        ("deadline", 504, "Gateway Timeout"),
        ("invalid", 400, "Bad Request"),
        ("unauthenticated", 401, "Unauthorized"),
        ("forbidden", 403, "Forbidden"),
        ("internal", 500, "Internal Server Error"),
    ];
    for (code, status, title) in kinds {
        let answer = get(code).await;
        assert_eq!(answer.status().as_u16(), status);
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        let said = problem(&answer);
        assert_eq!(said["type"], "about:blank");
        assert_eq!((&said["title"], &said["status"]), (&json!(title), &json!(status)));
        assert_eq!(said["code"], code);
    }
}

#[tokio::test]
async fn a_wait_is_said_in_seconds_rounded_up_and_only_where_there_is_one() {
    assert_eq!(get("unavailable").await.headers()["retry-after"], "2");
    assert_eq!(get("exhausted").await.headers()["retry-after"], "2");
    assert!(!get("deadline").await.headers().contains_key("retry-after"));
}

#[tokio::test]
async fn the_headers_of_a_rejection_go_along() {
    assert_eq!(get("unauthenticated").await.headers()["www-authenticate"], "Bearer");
}

#[tokio::test]
async fn the_caller_learns_the_text_of_the_reason_and_nothing_of_our_inside() {
    let answer = get("unavailable").await;
    assert_eq!(problem(&answer)["detail"], "come \"back\" later, 100 %");
    assert!(!format!("{answer:?}").contains("secret"));
}

#[tokio::test]
async fn the_answer_to_head_has_the_head_of_the_answer_to_get() {
    let address = serve(app()).await;
    let answer = send(address, Method::HEAD, "unavailable", HeaderMap::new()).await;
    let full = get("unavailable").await;
    assert_eq!((answer.status().as_u16(), answer.body().len()), (503, 0));
    assert_eq!(answer.headers()["content-length"], full.headers()["content-length"]);
}

#[tokio::test]
async fn a_grpc_request_is_answered_by_a_grpc_status() {
    let grpc = HeaderValue::from_static("application/grpc");
    let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, grpc)]);
    let answer = send(serve(app()).await, Method::POST, "unavailable", headers).await;
    assert_eq!((answer.status().as_u16(), answer.body().len()), (200, 0));
    assert_eq!(answer.headers()["content-type"], "application/grpc");
    assert_eq!(answer.headers()["grpc-status"], "14");
    assert_eq!(answer.headers()["grpc-message"], "come \"back\" later, 100 %25");
    assert_eq!(answer.headers()["grpc-retry-pushback-ms"], "1200");
    assert!(!format!("{answer:?}").contains("secret"));
}

#[tokio::test]
async fn an_error_that_is_no_rejection_is_answered_by_500_and_does_not_leak() {
    let fail = |_: Result<AxumResponse, Rejection>| Err::<AxumResponse, BoxError>("secret".into());
    let layers = respond(ServiceBuilder::new().map_result(fail));
    let app = Router::new().fallback(|| async { "served" }).layer(layers);
    let answer = send(serve(app).await, Method::GET, "", HeaderMap::new()).await;
    assert_eq!(answer.status().as_u16(), 500);
    assert_eq!(problem(&answer)["detail"], "an internal error");
    assert!(!format!("{answer:?}").contains("secret"));
}

#[tokio::test]
async fn layers_of_tower_with_boxed_errors_fit() {
    let layers = ServiceBuilder::new()
        .load_shed()
        .concurrency_limit(1)
        .map_err(BoxError::from)
        .layer(Refuse)
        .timeout(std::time::Duration::from_secs(60));
    let app = Router::new().fallback(|| async { "served" }).layer(respond(layers));
    let address = serve(app).await;
    assert_eq!(send(address, Method::GET, "", HeaderMap::new()).await.status().as_u16(), 200);
    let answer = send(address, Method::GET, "exhausted", HeaderMap::new()).await;
    assert_eq!(answer.status().as_u16(), 429);
}

/// A service that is not ready once.
#[derive(Clone)]
struct Unready<S> {
    inner: S,
    once: bool,
}

static UNREADY: Reason = Reason::unavailable("test", "unready");

impl<S> Service<Request<Body>> for Unready<S>
where
    S: Service<Request<Body>, Error = Rejection>,
{
    type Response = S::Response;
    type Error = Rejection;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Rejection>> {
        if std::mem::take(&mut self.once) {
            return Poll::Ready(Err(Rejection::new(&UNREADY, "test")));
        }
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> S::Future {
        self.inner.call(request)
    }
}

#[tokio::test]
async fn s_10_a_readiness_error_is_the_answer_to_one_call_and_not_the_end_of_the_service() {
    let router: Router = Router::new().fallback(|| async { "served" });
    let unready = layer_fn(|inner| Unready { inner, once: true });
    let mut service = respond(unready).layer(router.into_service::<Body>());
    let mut statuses = Vec::new();
    for _ in 0..2 {
        let ready = ServiceExt::<Request<Body>>::ready(&mut service).await.unwrap();
        let response = ready.call(Request::new(Body::empty())).await.unwrap();
        statuses.push(response.status().as_u16());
    }
    assert_eq!(statuses, [503, 200]);
}
