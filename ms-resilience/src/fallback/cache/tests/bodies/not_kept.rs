//! What is passed on, and not kept.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONNECTION, TRANSFER_ENCODING};
use http::{HeaderName, Response, StatusCode};
use http_body_util::{BodyExt, Empty, Full};
use ms_core::clock::sleep;

use super::super::super::super::X_DEGRADED;
use super::super::ms;
use super::{Stand, channel, found, full};

#[tokio::test(start_paused = true)]
async fn a_body_that_ends_late_does_not_replace_a_younger_answer() {
    let mut stand = Stand::new();
    let (mut sender, body) = channel();
    stand.put(Response::new(body));
    let older = stand.call().await;
    sleep(ms(10)).await;
    stand.put(Response::new(full("younger")));
    assert_eq!(stand.read().await, found("younger"));
    sender.send_data("older".into()).await.unwrap();
    drop(sender);
    assert_eq!(older.into_body().collect().await.unwrap().to_bytes(), "older");
    assert_eq!(stand.read().await, found("younger"));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_dropped_half_read_or_fails_is_not_kept() {
    let mut stand = Stand::new();
    let (mut sender, body) = channel();
    stand.put(Response::new(body));
    let mut body = stand.call().await.into_body();
    sender.send_data("one, ".into()).await.unwrap();
    body.frame().await.unwrap().unwrap();
    drop(body);
    assert_eq!(stand.entries(), 0);

    let (sender, body) = channel();
    stand.put(Response::new(body));
    let body = stand.call().await.into_body();
    sender.abort("reset".into());
    assert!(body.collect().await.is_err());
    assert_eq!(stand.entries(), 0);
}

#[tokio::test(start_paused = true)]
async fn s_17_a_body_that_is_too_long_is_passed_on_and_not_kept() {
    let mut stand = Stand::new();
    let long = "this is longer than twenty bytes";
    stand.put(Response::new(full(long)));
    assert_eq!(stand.read().await, found(long));

    let (mut sender, body) = channel();
    stand.put(Response::new(body));
    let body = stand.call().await.into_body();
    let reads = tokio::spawn(body.collect());
    for piece in [&long[..15], &long[15..]] {
        sender.send_data(piece.into()).await.unwrap();
    }
    drop(sender);
    assert_eq!(reads.await.unwrap().unwrap().to_bytes(), long);
    assert_eq!(stand.entries(), 0);
}

#[tokio::test(start_paused = true)]
async fn only_whole_answers_of_success_that_may_be_kept_are() {
    let mut stand = Stand::new();
    let with = |status: u16| Response::builder().status(status);
    for builder in [
        with(404),
        with(206),
        with(301),
        with(200).header(CACHE_CONTROL, "max-age=3, No-Store"),
        with(200).header(X_DEGRADED, "cache"),
    ] {
        stand.put(builder.body(full("a page")).unwrap());
        assert_eq!(stand.read().await.1, "a page");
        assert_eq!(stand.entries(), 0);
    }
    stand.put(with(204).body(Empty::new().map_err(|never| match never {}).boxed()).unwrap());
    stand.call().await;
    assert_eq!(stand.entries(), 1); // an empty body needs no reader
    assert_eq!(stand.read().await, (StatusCode::NO_CONTENT, String::new()));
}

#[tokio::test(start_paused = true)]
async fn what_belongs_to_the_connection_is_not_kept() {
    #[derive(Clone)]
    struct OfTheConnection;
    let mut stand = Stand::new();
    let response = Response::builder()
        .header(CONNECTION, "keep-alive")
        .header("keep-alive", "timeout=5")
        .header(TRANSFER_ENCODING, "chunked")
        .extension(OfTheConnection);
    stand.put(response.body(full("a page")).unwrap());
    stand.read().await;
    let kept = stand.call().await;
    assert!(kept.extensions().get::<OfTheConnection>().is_none());
    let names: Vec<_> = kept.headers().keys().map(HeaderName::as_str).collect();
    assert_eq!(names, ["x-degraded", "age"]);
}

#[tokio::test(start_paused = true)]
async fn s_17_a_small_answer_does_not_hold_on_to_a_large_buffer() {
    let mut stand = Stand::new();
    let buffer = Bytes::from(vec![b'x'; 1 << 20]);
    let body = Full::new(buffer.slice(..6)).map_err(|never| match never {}).boxed();
    stand.put(Response::new(body));
    stand.read().await;
    assert_eq!(stand.entries(), 1);
    assert!(buffer.is_unique());
    assert!(stand.cache.snapshot().weight < 1000);
}
