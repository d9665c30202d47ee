//! Requests of HTTP, with their bodies.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Channel, Full};
use ms_core::http::classify::Grpc;
use ms_core::http::headers::{GRPC_PREVIOUS_RPC_ATTEMPTS, GRPC_STATUS, X_ENVOY_ATTEMPT_COUNT};
use ms_core::http::replay::ReplayBody;
use ms_core::rejection::Rejection;
use tower::util::BoxCloneService;
use tower::{Layer, ServiceExt, service_fn};

use super::super::{RetryConfig, RetryLayer};
use super::{ms, rich};

type Sent<B> = Request<ReplayBody<B>>;
type Peer<B> = BoxCloneService<Sent<B>, Response<()>, Rejection>;

/// What arrived of each attempt: its number, and as much of its body as was read.
type Log = Arc<Mutex<Vec<(String, Bytes)>>>;

/// Reads the body and answers 503 until `failures` attempts have come, then 200.
fn peer<B>(failures: usize, log: &Log) -> Peer<B>
where
    B: http_body::Body<Data = Bytes, Error: std::fmt::Debug> + Unpin + Send + 'static,
{
    let log = Arc::clone(log);
    BoxCloneService::new(service_fn(move |request: Sent<B>| {
        let log = Arc::clone(&log);
        async move {
            let number = request.headers().get(X_ENVOY_ATTEMPT_COUNT);
            let number = number.map_or("none", |number| number.to_str().unwrap()).to_owned();
            let body = request.into_body().collect().await.unwrap().to_bytes();
            log.lock().unwrap().push((number, body));
            let fails = log.lock().unwrap().len() <= failures;
            let status = if fails { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
            Ok(Response::builder().status(status).body(()).unwrap())
        }
    }))
}

fn layer(config: &RetryConfig) -> RetryLayer {
    RetryLayer::new("users", config).unwrap()
}

fn order(method: &Method) -> Request<Full<Bytes>> {
    Request::builder().method(method).uri("http://shop/orders").body("two books".into()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn s_rt_6_s_rt_8_a_request_is_sent_again_whole_and_numbered() {
    let log = Log::default();
    let client = layer(&rich()).layer(peer(2, &log));
    assert_eq!(client.oneshot(order(&Method::PUT)).await.unwrap().status(), 200);
    let body = Bytes::from("two books");
    let expected = ["1", "2", "3"].map(|number| (number.to_owned(), body.clone()));
    assert_eq!(*log.lock().unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn s_rt_2_the_methods_that_are_safe_are_sent_again_and_others_with_a_key() {
    for (method, attempts) in [
        (Method::GET, 2),
        (Method::HEAD, 2),
        (Method::OPTIONS, 2),
        (Method::TRACE, 2),
        (Method::PUT, 2),
        (Method::DELETE, 2),
        (Method::POST, 1),
        (Method::PATCH, 1),
    ] {
        for key in [None, Some("b01d")] {
            let log = Log::default();
            let mut request = order(&method);
            if let Some(key) = key {
                request.headers_mut().insert("idempotency-key", key.parse().unwrap());
            }
            let _ = layer(&rich()).layer(peer(1, &log)).oneshot(request).await.unwrap();
            let expected = if key.is_some() { 2 } else { attempts };
            assert_eq!(log.lock().unwrap().len(), expected, "{method} {key:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn s_2_an_answer_that_is_no_is_not_asked_for_again() {
    for (status, attempts) in [(400, 1), (401, 1), (403, 1), (404, 1), (409, 1), (429, 3)] {
        let log = Log::default();
        let calls = Arc::clone(&log);
        let peer = service_fn(move |_: Sent<Full<Bytes>>| {
            calls.lock().unwrap().push(Default::default());
            std::future::ready(Ok::<_, Rejection>(
                Response::builder().status(status).body(()).unwrap(),
            ))
        });
        let response = layer(&rich()).layer(peer).oneshot(order(&Method::GET)).await.unwrap();
        assert_eq!((response.status().as_u16(), log.lock().unwrap().len()), (status, attempts));
    }
}

#[tokio::test(start_paused = true)]
async fn s_rt_6_a_body_beyond_what_is_kept_is_sent_once_and_its_outcome_says_so() {
    for (keep, attempts, outcome) in [(8, 1, "committed"), (9, 2, "recovered")] {
        let registry = ms_core::registry::Registry::new();
        let (log, layer) = (Log::default(), layer(&rich().keep(keep)).registry(&registry));
        // It does not say how long it is, so that this shows only as it goes by.
        let (mut sender, body) = Channel::<Bytes>::new(9);
        sender.send_data("two ".into()).await.unwrap();
        sender.send_data("books".into()).await.unwrap();
        drop(sender);
        let request = Request::put("http://shop/orders").body(body).unwrap();
        let _ = layer.layer(peer(1, &log)).oneshot(request).await.unwrap();
        assert_eq!(log.lock().unwrap().len(), attempts);
        let labels = [("outcome", outcome)];
        let count = ms_core::testing::reading::value(&registry, super::CALLS.name(), &labels);
        assert_eq!(count, Some(1.0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_still_held_when_the_answer_comes_is_sent_again_once_it_is_free() {
    // As a connection that goes on reading for a while after the response was dropped.
    let attempts = Arc::new(Mutex::new(0));
    let count = Arc::clone(&attempts);
    let peer = service_fn(move |request: Sent<Full<Bytes>>| {
        let attempt = {
            let mut count = count.lock().unwrap();
            *count += 1;
            *count
        };
        tokio::spawn(async move {
            ms_core::clock::sleep(ms(30)).await;
            drop(request);
        });
        let status = if attempt == 1 { 503 } else { 200 };
        std::future::ready(Ok::<_, Rejection>(Response::builder().status(status).body(()).unwrap()))
    });
    let layer = layer(&rich()).schedule([ms(50)]);
    let response = layer.layer(peer).oneshot(order(&Method::PUT)).await.unwrap();
    assert_eq!((response.status().as_u16(), *attempts.lock().unwrap()), (200, 2));
}

#[tokio::test(start_paused = true)]
async fn s_rt_8_grpc_is_told_how_many_came_before_and_judged_by_its_code() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let peer = service_fn(move |request: Sent<Full<Bytes>>| {
        let previous = request.headers().get(GRPC_PREVIOUS_RPC_ATTEMPTS).cloned();
        log.lock().unwrap().push(previous.map(|previous| previous.to_str().unwrap().to_owned()));
        let code = if log.lock().unwrap().len() < 3 { "14" } else { "0" };
        let response = Response::builder().header(GRPC_STATUS, code).body(()).unwrap();
        std::future::ready(Ok::<_, Rejection>(response))
    });
    let reads = ms_core::http::repeat::Requests
        .safe_if(|request: &Request<Full<Bytes>>| request.uri().path().ends_with("/Read"));
    let client = layer(&rich()).requests(reads).classify(Grpc).layer(peer);
    let call = |path: &str| {
        let request = Request::post(format!("http://shop/{path}"));
        request.header("content-type", "application/grpc").body(Full::default()).unwrap()
    };
    let response = client.clone().oneshot(call("shop.Books/Write")).await.unwrap();
    assert_eq!(response.headers()[GRPC_STATUS], "14");
    seen.lock().unwrap().clear();
    let response = client.oneshot(call("shop.Books/Read")).await.unwrap();
    assert_eq!(response.headers()[GRPC_STATUS], "0");
    assert_eq!(*seen.lock().unwrap(), [None, Some("1".to_owned()), Some("2".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn s_rt_8_a_peer_that_says_not_to_try_again_is_heeded_and_that_travels_up() {
    let attempts = Arc::new(Mutex::new(0));
    let count = Arc::clone(&attempts);
    let peer = service_fn(move |_: Sent<Full<Bytes>>| {
        *count.lock().unwrap() += 1;
        let response = Response::builder().status(503).header("grpc-retry-pushback-ms", "-1");
        std::future::ready(Ok::<_, Rejection>(response.body(()).unwrap()))
    });
    let response = layer(&rich()).layer(peer).oneshot(order(&Method::GET)).await.unwrap();
    assert_eq!((response.status().as_u16(), *attempts.lock().unwrap()), (503, 1));
    assert_eq!(response.headers()["grpc-retry-pushback-ms"], "-1");
}

#[tokio::test(start_paused = true)]
async fn s_rt_7_where_there_is_one_attempt_the_request_is_neither_kept_nor_numbered() {
    let log = Log::default();
    let client = layer(&rich().attempts(1)).layer(peer(1, &log));
    assert_eq!(client.oneshot(order(&Method::PUT)).await.unwrap().status(), 503);
    assert_eq!(*log.lock().unwrap(), [("none".to_owned(), Bytes::from("two books"))]);
}
