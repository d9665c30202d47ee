//! A bulkhead on a real server: real sockets, real connections.
#![cfg(all(feature = "bulkhead", feature = "http"))]
#![allow(clippy::unwrap_used, reason = "a test whose help fails, fails")]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use axum::routing::get;
use bytes::Bytes;
use http_body::Frame;
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use ms_core::http::respond;
use ms_core::registry::Registry;
use ms_resilience::bulkhead::{BulkheadConfig, BulkheadLayer};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinSet, yield_now};
use tower::ServiceBuilder;

const CONNECTIONS: u32 = 20;

async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// Asks over a connection of its own.
async fn ask(address: SocketAddr) -> Response<hyper::body::Incoming> {
    let request = Request::get(format!("http://{address}/")).body(Empty::<Bytes>::new()).unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http();
    client.request(request).await.unwrap()
}

async fn ask_and_read(address: SocketAddr) -> (StatusCode, Bytes) {
    let (head, body) = ask(address).await.into_parts();
    (head.status, body.collect().await.unwrap().to_bytes())
}

/// One place, and so many who may wait for it for a minute.
fn one_at_a_time(max_queue: u32) -> BulkheadLayer {
    let config = BulkheadConfig::new(1).max_queue(max_queue).max_wait(Duration::from_secs(60));
    BulkheadLayer::new("orders", &config).unwrap().registry(&Registry::new())
}

/// How many are inside, and how many there ever were at once.
#[derive(Debug, Default)]
struct Inside {
    now: AtomicU32,
    peak: AtomicU32,
}

impl Inside {
    fn enter(&self) -> u32 {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.peak.fetch_max(now, Ordering::SeqCst);
        now
    }

    fn leave(&self) {
        self.now.fetch_sub(1, Ordering::SeqCst);
    }

    fn peak(&self) -> u32 {
        self.peak.load(Ordering::SeqCst)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_9_of_twenty_connections_one_is_let_in_and_the_others_are_told_503() {
    let (inside, gate) = (Arc::new(Inside::default()), Arc::new(Semaphore::new(0)));
    let handler = {
        let (inside, gate) = (Arc::clone(&inside), Arc::clone(&gate));
        move || async move {
            if inside.enter() > 1 {
                return "two at once"; // without waiting, so that the test ends
            }
            let _passed = gate.acquire().await.unwrap();
            inside.leave();
            "served"
        }
    };
    let layers = respond(ServiceBuilder::new().layer(one_at_a_time(0)));
    let address = serve(Router::new().route("/", get(handler)).layer(layers)).await;
    let (send, mut answers) = mpsc::unbounded_channel();
    for _ in 0..CONNECTIONS {
        let send = send.clone();
        tokio::spawn(async move { send.send(ask_and_read(address).await) });
    }

    for _ in 1..CONNECTIONS {
        let (status, body) = answers.recv().await.unwrap();
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["code"], "bulkhead_full");
    }
    gate.add_permits(1);
    let (status, body) = answers.recv().await.unwrap();
    assert_eq!((status, &body[..], inside.peak()), (StatusCode::OK, &b"served"[..], 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_bh_3_twenty_connections_that_wait_are_all_served_one_after_the_other() {
    let inside = Arc::new(Inside::default());
    let handler = {
        let inside = Arc::clone(&inside);
        move || async move {
            inside.enter();
            for _ in 0..10 {
                yield_now().await;
            }
            inside.leave();
            "served"
        }
    };
    let layers = respond(ServiceBuilder::new().layer(one_at_a_time(CONNECTIONS)));
    let address = serve(Router::new().route("/", get(handler)).layer(layers)).await;
    let mut calls: JoinSet<_> = (0..CONNECTIONS).map(|_| ask_and_read(address)).collect();
    while let Some(answer) = calls.join_next().await {
        assert_eq!(answer.unwrap().0, StatusCode::OK);
    }
    assert_eq!(inside.peak(), 1);
}

/// A body that takes its time, and is inside from its head to its end.
struct Slow {
    inside: Arc<Inside>,
    frames: u32,
    turns: u32,
}

impl Slow {
    fn begin(inside: &Arc<Inside>) -> Self {
        inside.enter();
        Self { inside: Arc::clone(inside), frames: 3, turns: 10 }
    }
}

impl http_body::Body for Slow {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.frames > 0 && self.turns > 0 {
            self.turns -= 1;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.frames == 0 {
            self.inside.leave();
            return Poll::Ready(None);
        }
        (self.frames, self.turns) = (self.frames - 1, 10);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"frame")))))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_bh_5_of_twenty_connections_never_two_have_bodies_that_stream() {
    let inside = Arc::new(Inside::default());
    let handler = {
        let inside = Arc::clone(&inside);
        move || async move { Body::new(Slow::begin(&inside)) }
    };
    let layers = respond(ServiceBuilder::new().layer(one_at_a_time(CONNECTIONS).until_body_end()));
    let address = serve(Router::new().route("/", get(handler)).layer(layers)).await;
    let mut calls: JoinSet<_> = (0..CONNECTIONS).map(|_| ask_and_read(address)).collect();
    while let Some(answer) = calls.join_next().await {
        let (status, body) = answer.unwrap();
        assert_eq!((status, &body[..]), (StatusCode::OK, &b"frameframeframe"[..]));
    }
    assert_eq!(inside.peak(), 1);
}

/// A body that nobody can read to its end.
struct Endless;

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[0; 1 << 16])))))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_12_a_client_that_goes_away_half_way_gives_the_place_back() {
    let handler = || async { Body::new(Endless) };
    let layer = one_at_a_time(CONNECTIONS);
    let handle = layer.handle();
    let layers = respond(ServiceBuilder::new().layer(layer.until_body_end()));
    let address = serve(Router::new().route("/", get(handler)).layer(layers)).await;

    let mut first = ask(address).await;
    first.frame().await.unwrap().unwrap();
    assert_eq!(handle.snapshot().in_flight, 1);
    let second = tokio::spawn(ask(address));
    drop(first);

    assert_eq!(second.await.unwrap().status(), StatusCode::OK);
}

/// Asks as a tenant, over a connection of its own.
async fn ask_as(tenant: &str, address: SocketAddr) -> (StatusCode, Bytes) {
    let request = Request::get(format!("http://{address}/")).header("x-tenant", tenant);
    let client = Client::builder(TokioExecutor::new()).build_http();
    let response = client.request(request.body(Empty::<Bytes>::new()).unwrap()).await.unwrap();
    let (head, body) = response.into_parts();
    (head.status, body.collect().await.unwrap().to_bytes())
}

/// What a request says of itself; all that say nothing are one.
fn tenant(request: &Request<Body>) -> Arc<str> {
    let named = request.headers().get("x-tenant").and_then(|name| name.to_str().ok());
    named.unwrap_or("nobody").into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s_bh_6_of_two_tenants_one_is_full_and_the_other_passes() {
    let registry = Registry::new();
    let (here, gate) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let handler = {
        let (here, gate) = (Arc::clone(&here), Arc::clone(&gate));
        move |request: Request<Body>| async move {
            if &*tenant(&request) == "busy" {
                here.add_permits(1);
                let _passed = gate.acquire().await.unwrap();
            }
            "served"
        }
    };
    let layer = BulkheadLayer::new("orders", &BulkheadConfig::new(1)).unwrap();
    let layer = layer.per(tenant).registry(&registry);
    let layers = respond(ServiceBuilder::new().layer(layer.clone()));
    let address = serve(Router::new().route("/", get(handler)).layer(layers)).await;
    let first = tokio::spawn(ask_as("busy", address));
    here.acquire().await.unwrap().forget();

    let (status, body) = ask_as("busy", address).await;
    let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(problem["code"], "bulkhead_full");
    for _ in 0..3 {
        assert_eq!(ask_as("calm", address).await.0, StatusCode::OK);
    }
    gate.add_permits(1);
    assert_eq!(first.await.unwrap().0, StatusCode::OK);
    let known: Vec<_> = layer.handle().list().into_iter().map(|(key, _)| key).collect();
    assert_eq!(known, ["busy".into(), "calm".into()]);
    assert!(registry.get("bulkhead", "orders/calm").is_some());
}
