//! What is kept, and how it is given again.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{AGE, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use ms_core::clock::sleep;
use ms_core::http::headers::GRPC_STATUS;
use ms_core::rejection::BoxError;
use ms_core::testing::wakes::Wakes;

use super::super::super::super::{Degraded, X_DEGRADED};
use super::super::super::CacheConfig;
use super::super::ms;
use super::{Stand, channel, found, full, stand};

#[tokio::test(start_paused = true)]
async fn s_fb_1_a_response_is_kept_when_its_body_has_ended_and_given_with_its_age() {
    let mut stand = Stand::new();
    let response = Response::builder().header(CONTENT_TYPE, "text/plain").header(AGE, "40");
    stand.put(response.body(full("a page")).unwrap());
    let response = stand.call().await;
    assert_eq!(stand.entries(), 0); // nobody has read it
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "a page");
    assert_eq!(stand.entries(), 1);

    sleep(ms(2500)).await;
    let kept = stand.call().await;
    assert_eq!(
        (kept.status(), &kept.headers()[CONTENT_TYPE]),
        (StatusCode::OK, &HeaderValue::from_static("text/plain"))
    );
    assert_eq!([&kept.headers()[X_DEGRADED], &kept.headers()[AGE]], ["cache", "42"]);
    let degraded = kept.extensions().get::<Degraded>().unwrap();
    assert_eq!((degraded.reason, degraded.age), ("failure", Some(ms(2500))));
    assert_eq!(kept.body().size_hint().exact(), Some(6));
    assert_eq!(kept.into_body().collect().await.unwrap().to_bytes(), "a page");
}

#[tokio::test(start_paused = true)]
async fn a_body_is_passed_on_as_it_comes() {
    let mut stand = Stand::new();
    let (mut sender, body) = channel();
    stand.put(Response::new(body));
    let mut body = stand.call().await.into_body();
    for piece in ["one, ", "two"] {
        sender.send_data(piece.into()).await.unwrap();
        let frame = body.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), piece);
    }
    assert_eq!(stand.entries(), 0);
    drop(sender);
    assert!(body.frame().await.is_none());
    assert_eq!(stand.read().await, found("one, two"));
}

#[tokio::test(start_paused = true)]
async fn s_12_a_body_of_which_all_was_read_that_was_declared_is_kept_when_it_is_dropped() {
    /// Knows its length, and does not say that it has ended.
    struct Declared(Option<Bytes>);
    impl Body for Declared {
        type Data = Bytes;
        type Error = BoxError;
        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
            Poll::Ready(self.0.take().map(|data| Ok(Frame::data(data))))
        }
        fn size_hint(&self) -> SizeHint {
            SizeHint::with_exact(self.0.as_ref().map_or(0, Bytes::len) as u64)
        }
    }
    let mut stand = Stand::new();
    stand.put(Response::new(Declared(Some("a page".into())).boxed()));
    let mut body = stand.call().await.into_body();
    body.frame().await.unwrap().unwrap();
    assert_eq!(stand.entries(), 0);
    drop(body);
    assert_eq!(stand.read().await, found("a page"));
}

#[tokio::test(start_paused = true)]
async fn trailers_are_kept_and_decide() {
    for (code, kept) in [("0", 1), ("14", 0)] {
        let mut stand = Stand::new();
        let (mut sender, body) = channel();
        stand.put(Response::new(body));
        let body = stand.call().await.into_body();
        let trailers = HeaderMap::from_iter([(GRPC_STATUS, HeaderValue::from_static(code))]);
        sender.send_data("a message".into()).await.unwrap();
        sender.send_trailers(trailers.clone()).await.unwrap();
        drop(sender);
        assert_eq!(body.collect().await.unwrap().trailers(), Some(&trailers));
        assert_eq!(stand.entries(), kept);
        if kept > 0 {
            let again = stand.call().await.into_body().collect().await.unwrap();
            assert_eq!(again.trailers(), Some(&trailers));
            assert_eq!(again.to_bytes(), "a message");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn s_fb_2_who_follows_waits_until_the_body_has_ended_and_takes_over_if_it_does_not() {
    let mut stand = stand(&CacheConfig::default().fresh_for(ms(1000)));
    let (sender, body) = channel();
    stand.put(Response::new(full("another page")));
    stand.put(Response::new(body));
    let body = stand.call().await.into_body();
    let wakes = Wakes::new();
    let mut followers = [(stand.call)(), (stand.call)()];
    assert!(followers.iter_mut().all(|call| wakes.poll(Pin::new(call)).is_pending()));

    drop((body, sender));
    assert_eq!(wakes.count(), 1);
    let [first, second] = followers;
    let first = first.await.unwrap();
    assert_eq!(first.into_body().collect().await.unwrap().to_bytes(), "another page");
    let second = second.await.unwrap();
    assert_eq!(second.headers()[AGE], "0");
    assert!(!second.headers().contains_key(X_DEGRADED));
    assert_eq!(second.into_body().collect().await.unwrap().to_bytes(), "another page");
    assert!(stand.next.lock().unwrap().is_empty());
}
