//! Responses over HTTP, kept as they go by.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::header::{AGE, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body::{Body, Frame};
use http_body_util::channel::{Channel, Sender};
use http_body_util::{BodyExt, Empty, Full};
use ms_core::clock::sleep;
use ms_core::http::classify::Http;
use ms_core::http::headers::GRPC_STATUS;
use ms_core::rejection::BoxError;
use ms_core::testing::wakes::Wakes;
use tower::{Layer, Service, service_fn};

use super::super::super::{Degraded, FallbackLayer, X_DEGRADED};
use super::super::{Bodies, Cache, CacheConfig, CachedBody};
use super::ms;

type Live = http_body_util::combinators::BoxBody<Bytes, BoxError>;
type Answered = Result<Response<CachedBody<Live>>, BoxError>;

fn full(data: &'static str) -> Live {
    Full::from(data).map_err(|never: Infallible| match never {}).boxed()
}

fn channel() -> (Sender<Bytes, BoxError>, Live) {
    let (sender, body) = Channel::new(4);
    (sender, body.boxed())
}

/// A service that gives what is put in, and 503 when nothing is there, behind a cache.
struct Stand {
    next: Arc<Mutex<Vec<Response<Live>>>>,
    call: Box<dyn FnMut() -> Pin<Box<dyn Future<Output = Answered>>>>,
    cache: Cache,
}

fn stand(config: &CacheConfig) -> Stand {
    let next: Arc<Mutex<Vec<Response<Live>>>> = Arc::default();
    let given = Arc::clone(&next);
    let inner = service_fn(move |_: Request<()>| {
        let unavailable = || {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Response::builder().status(status).body(full("out of order")).unwrap()
        };
        let response = given.lock().unwrap().pop().unwrap_or_else(unavailable);
        async move { Ok::<_, BoxError>(response) }
    });
    let key = |request: &Request<()>| Some(request.uri().path().to_owned());
    let layer = FallbackLayer::cached_as("pages", Bodies::up_to(20), key).classify(Http);
    let layer = layer.config(config).unwrap();
    let mut service = layer.layer(inner);
    let call = move || -> Pin<Box<dyn Future<Output = Answered>>> {
        Box::pin(service.call(Request::new(())))
    };
    Stand { next, call: Box::new(call), cache: layer.handle() }
}

impl Stand {
    fn new() -> Self {
        stand(&CacheConfig::default())
    }

    fn put(&self, response: Response<Live>) {
        self.next.lock().unwrap().push(response);
    }

    async fn call(&mut self) -> Response<CachedBody<Live>> {
        (self.call)().await.unwrap()
    }

    /// Calls, and reads all.
    async fn read(&mut self) -> (StatusCode, String) {
        let response = self.call().await;
        let status = response.status();
        let data = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(data.to_vec()).unwrap())
    }

    fn entries(&self) -> usize {
        self.cache.snapshot().entries
    }
}

fn found(text: &str) -> (StatusCode, String) {
    (StatusCode::OK, text.to_owned())
}

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
async fn s_12_a_body_of_which_all_was_read_that_was_declared_is_kept_when_it_is_dropped() {
    /// Knows its length, and does not say that it has ended.
    struct Declared(Option<Bytes>);
    impl Body for Declared {
        type Data = Bytes;
        type Error = BoxError;
        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<Frame<Bytes>, BoxError>>> {
            std::task::Poll::Ready(self.0.take().map(|data| Ok(Frame::data(data))))
        }
        fn size_hint(&self) -> http_body::SizeHint {
            http_body::SizeHint::with_exact(self.0.as_ref().map_or(0, Bytes::len) as u64)
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
    let names: Vec<_> = kept.headers().keys().map(http::HeaderName::as_str).collect();
    assert_eq!(names, ["x-degraded", "age"]);
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
