//! Fallbacks in front of a real client: real sockets, servers that fail by a script.
#![cfg(all(feature = "fallback", feature = "http", feature = "timeout"))]
#![allow(clippy::unwrap_used, reason = "a test whose help fails, fails")]

mod support;

use std::time::Duration;

use bytes::Bytes;
use http::header::{AGE, AUTHORIZATION};
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Channel, Full};
use hyper::body::Incoming;
use ms_core::http::classify::Http;
use ms_core::http::repeat::Requests;
use ms_core::rejection::BoxError;
use ms_resilience::fallback::cache::Bodies;
use ms_resilience::fallback::queue::{Delivery, HttpCodec, MemoryStore, Queue, QueueConfig};
use ms_resilience::fallback::{Degraded, FallbackLayer, WholeBody, X_DEGRADED};
use ms_resilience::timeout::TimeoutLayer;
use support::fault_server::{Act, FaultServer};
use tower::util::BoxCloneService;
use tower::{Layer, Service, ServiceBuilder, ServiceExt};

const ORDER: &str = "two books, sent in pieces";

/// A client of `server` whose errors are boxed.
fn client<B>(
    server: &FaultServer,
) -> impl Service<Request<B>, Response = Response<Incoming>, Error = BoxError, Future: Send>
+ Clone
+ Send
+ use<B>
where
    B: Body<Data: Send, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    ServiceBuilder::new().map_err(BoxError::from).service(server.client::<B>())
}

fn request(server: &FaultServer, method: Method) -> Request<Channel<Bytes>> {
    let (mut sender, body) = Channel::new(2);
    tokio::spawn(async move {
        for piece in ORDER.as_bytes().chunks(9) {
            if sender.send_data(Bytes::from_static(piece)).await.is_err() {
                return;
            }
        }
    });
    Request::builder().method(method).uri(server.uri("/orders?shop=7")).body(body).unwrap()
}

async fn text<B: Body<Error: std::fmt::Debug>>(response: Response<B>) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

#[tokio::test]
async fn s_fb_1_the_last_page_is_given_while_the_server_is_away() {
    let acts = [Act::Answer("a page"), Act::Refuse, Act::Busy("9"), Act::Break("another page")];
    let server = FaultServer::start(acts).await;
    let key = |request: &Request<Full<Bytes>>| Some(request.uri().clone());
    let layer = FallbackLayer::cached_as("pages", Bodies::default(), key).classify(Http);
    let service = layer.layer(client(&server));
    let ask = || {
        let page = Request::get(server.uri("/pages/1")).body(Full::<Bytes>::default()).unwrap();
        service.clone().oneshot(page)
    };

    let first = ask().await.unwrap();
    assert!(!first.headers().contains_key(X_DEGRADED));
    assert_eq!(text(first).await, "a page");
    for reason in ["failure", "failure"] {
        let kept = ask().await.unwrap();
        assert_eq!(
            (kept.status(), &kept.headers()[X_DEGRADED]),
            (StatusCode::OK, &"cache".parse().unwrap())
        );
        assert!(kept.headers().contains_key(AGE));
        assert_eq!(kept.extensions().get::<Degraded>().unwrap().reason, reason);
        assert_eq!(text(kept).await, "a page");
    }

    // What breaks in its midst is nothing to keep.
    let broken = ask().await.unwrap();
    assert!(broken.into_body().collect().await.is_err());
    assert_eq!(layer.handle().snapshot().entries, 1);
}

#[tokio::test]
async fn s_rt_2_a_replica_gets_what_is_safe_or_never_left_with_the_whole_body() {
    for (act, method, answered) in [
        (Act::Refuse, Method::POST, true),
        (Act::ResetAfterReading, Method::PUT, true),
        (Act::ResetAfterReading, Method::POST, false),
        (Act::Busy("9"), Method::PUT, true),
    ] {
        let primary = FaultServer::start([act]).await;
        let replica = FaultServer::start([Act::Answer("done")]).await;
        let layer = FallbackLayer::service("orders", client(&replica), Requests).classify(Http);
        let service = layer.layer(client(&primary));

        let outcome = service.oneshot(request(&primary, method.clone())).await;

        assert_eq!(outcome.is_ok(), answered, "{act:?} {method}");
        let received = replica.received();
        assert_eq!(received.len(), usize::from(answered));
        if let Ok(response) = outcome {
            assert_eq!(response.headers()[X_DEGRADED], "service");
            assert_eq!(text(response).await, "done");
            assert_eq!((received[0].body.as_ref(), received[0].whole), (ORDER.as_bytes(), true));
            assert_eq!(received[0].path, "/orders?shop=7");
        }
    }
}

#[tokio::test]
async fn s_fb_1_a_server_that_hangs_is_answered_for_when_its_time_is_over() {
    let server = FaultServer::start([Act::Hang]).await;
    let nobody = Response::new(WholeBody::from("nobody"));
    let service = ServiceBuilder::new()
        .layer(FallbackLayer::value("users", nobody).classify(Http))
        .layer(TimeoutLayer::attempt(Duration::from_millis(20)))
        .map_response(|_: Response<Incoming>| Response::new(WholeBody::default()))
        .service(client(&server));
    let ask = Request::get(server.uri("/users/7")).body(Full::<Bytes>::default()).unwrap();
    let response = service.oneshot(ask).await.unwrap();
    assert_eq!(response.extensions().get::<Degraded>().unwrap().reason, "attempt_timeout");
    assert_eq!(text(response).await, "nobody");
}

#[tokio::test]
async fn s_fb_1_an_order_is_taken_down_and_delivered_when_the_server_is_back() {
    let server = FaultServer::start([Act::Refuse, Act::Busy("0"), Act::Answer("done")]).await;
    let config = QueueConfig::default().backoff(Duration::from_millis(1));
    let queue = Queue::new("orders", MemoryStore, HttpCodec::default(), &config).unwrap();
    let accepted = |_| {
        let mut response = Response::new(WholeBody::default());
        *response.status_mut() = StatusCode::ACCEPTED;
        response
    };
    let layer = FallbackLayer::queued("orders", &queue, accepted).requests(Requests);
    let service = ServiceBuilder::new()
        .layer(layer.classify(Http))
        .map_response(|_: Response<Incoming>| Response::new(WholeBody::default()))
        .service(client(&server));

    let mut order = request(&server, Method::POST);
    order.headers_mut().insert(AUTHORIZATION, "Bearer hush".parse().unwrap());
    let answer = service.oneshot(order).await.unwrap();
    assert_eq!((answer.status(), queue.snapshot().waiting), (StatusCode::ACCEPTED, 1));
    assert_eq!(answer.headers()[X_DEGRADED], "queue");

    let worker = tokio::spawn(queue.drain(BoxCloneService::new(client(&server)), Delivery));
    server.has_received(2).await;
    while queue.snapshot().waiting > 0 {
        tokio::task::yield_now().await;
    }
    worker.abort();
    let received = server.received();
    assert!(received.iter().all(|order| order.body == ORDER && order.whole));
    assert!(received.iter().all(|order| order.method == Method::POST));
    assert!(received.iter().all(|order| !order.headers.contains_key(AUTHORIZATION)));
    assert_eq!(queue.snapshot().aside, 0);
}
