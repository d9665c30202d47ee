//! Calls that go on until the body has ended.

use bytes::Bytes;
use http::Response;
use http_body_util::channel::{Channel, Sender};
use http_body_util::{BodyExt, Empty};
use ms_core::registry::Registry;
use ms_core::rejection::BoxError;
use ms_core::testing::wakes::Wakes;
use tower::{Layer, Service, ServiceExt, service_fn};

use super::super::{Bulkhead, BulkheadConfig, BulkheadLayer, FULL};
use super::is;
use crate::keyed::KeysConfig;

type Feed = Sender<Bytes, BoxError>;

fn layer() -> BulkheadLayer {
    BulkheadLayer::new("users", &BulkheadConfig::new(1)).unwrap().registry(&Registry::new())
}

/// Answers at once with the body that comes as the request.
fn echo<B: Send + 'static>()
-> impl Service<B, Response = Response<B>, Error = BoxError, Future: Send> + Clone {
    service_fn(|body: B| async { Ok::<_, BoxError>(Response::new(body)) })
}

fn in_flight(handle: &Bulkhead) -> u32 {
    handle.snapshot().in_flight
}

fn chunks() -> (Feed, Channel<Bytes, BoxError>) {
    Channel::new(4)
}

#[tokio::test]
async fn s_12_without_being_asked_the_place_is_free_when_the_head_has_come() {
    let layer = layer();
    let (_feed, body) = chunks();
    let response = layer.layer(echo()).oneshot(body).await.unwrap();
    assert_eq!(in_flight(&layer.handle()), 0);
    drop(response);
}

#[tokio::test]
async fn s_bh_5_a_call_is_in_flight_until_its_body_is_read() {
    let layer = layer().until_body_end();
    let (mut feed, body) = chunks();
    let response = layer.layer(echo()).oneshot(body).await.unwrap();
    let (_, other) = chunks();
    assert!(is(&layer.layer(echo()).oneshot(other).await, &FULL));

    feed.send_data(Bytes::from_static(b"chunk")).await.unwrap();
    drop(feed);
    assert_eq!(in_flight(&layer.handle()), 1);
    let read = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!((&read[..], in_flight(&layer.handle())), (&b"chunk"[..], 0));
}

#[tokio::test]
async fn s_12_a_body_that_is_dropped_half_read_gives_the_place_back() {
    let layer = layer().until_body_end();
    let (mut feed, body) = chunks();
    let response = layer.layer(echo()).oneshot(body).await.unwrap();
    feed.send_data(Bytes::from_static(b"chunk")).await.unwrap();
    let mut body = Box::pin(response.into_body());
    body.frame().await.unwrap().unwrap();
    assert_eq!(in_flight(&layer.handle()), 1);
    drop(body);
    assert_eq!(in_flight(&layer.handle()), 0);
}

#[tokio::test]
async fn s_12_a_body_that_fails_in_the_middle_gives_the_place_back() {
    let layer = layer().until_body_end();
    let (feed, body) = chunks();
    let response = layer.layer(echo()).oneshot(body).await.unwrap();
    feed.abort("broken".into());
    let mut body = Box::pin(response.into_body());
    body.frame().await.unwrap().unwrap_err();
    assert_eq!(in_flight(&layer.handle()), 0);
}

#[tokio::test]
async fn s_12_trailers_end_the_call() {
    let layer = layer().until_body_end();
    let (mut feed, body) = chunks();
    let response = layer.layer(echo()).oneshot(body).await.unwrap();
    feed.send_trailers(http::HeaderMap::new()).await.unwrap();
    let mut body = Box::pin(response.into_body());
    assert!(body.frame().await.unwrap().unwrap().is_trailers());
    assert_eq!(in_flight(&layer.handle()), 0);
}

#[tokio::test]
async fn s_12_a_response_without_a_body_ends_the_call_at_once() {
    let layer = layer().until_body_end();
    let response = layer.layer(echo()).oneshot(Empty::<Bytes>::new()).await.unwrap();
    assert_eq!(in_flight(&layer.handle()), 0);
    drop(response);
}

#[tokio::test(start_paused = true)]
async fn s_bh_5_the_end_of_a_body_admits_the_first_who_waits() {
    let config = BulkheadConfig::new(1).max_queue(1);
    let layer = BulkheadLayer::new("users", &config).unwrap().until_body_end();
    let mut service = layer.layer(echo());
    let ((feed, body), (_next, other)) = (chunks(), chunks());
    let response = service.ready().await.unwrap().call(body).await.unwrap();
    let wakes = Wakes::new();
    let mut second = Box::pin(service.ready().await.unwrap().call(other));
    assert!(wakes.poll(second.as_mut()).is_pending());

    drop(feed);
    response.into_body().collect().await.unwrap();

    assert_eq!(wakes.count(), 1);
    let second = second.await.unwrap();
    assert_eq!(in_flight(&layer.handle()), 1);
    drop(second);
}

#[tokio::test]
async fn s_17_a_key_is_not_forgotten_while_one_of_its_bodies_is_read() {
    let keys = KeysConfig::default().max_keys(1);
    let layer = layer().per(|_: &Channel<Bytes, BoxError>| "tenant").keys(&keys).unwrap();
    let layer = layer.registry(&Registry::new()).until_body_end();
    let (feed, body) = chunks();
    let response = layer.layer(echo()).oneshot(body).await.unwrap();
    let handle = layer.handle();
    assert_eq!(in_flight(&handle.get(&"tenant").unwrap()), 1);
    let (_, other) = chunks();
    assert!(is(&layer.layer(echo()).oneshot(other).await, &FULL));

    drop(feed);
    response.into_body().collect().await.unwrap();
    assert_eq!(in_flight(&handle.get(&"tenant").unwrap()), 0);
}
