//! One attempt after another.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ::http::header::{AUTHORIZATION, EXPECT};
use ::http::{HeaderValue, Request};

use crate::http::headers::{IDEMPOTENCY_KEY, X_ENVOY_ATTEMPT_COUNT};
use crate::http::repeat::requests::Requests;
use crate::http::replay::LIMIT;
use crate::http::replay::tests::script::{Script, data, read, script};
use crate::repeat::{NotRepeatable, Repeat};

/// Counts how often the head that it is in is cloned.
#[derive(Debug, Default)]
struct Clones(Arc<AtomicUsize>);

impl Clone for Clones {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(&self.0))
    }
}

fn post(body: Script) -> Request<Script> {
    Request::post("http://shop/orders").body(body).unwrap()
}

#[test]
fn s_rt_7_a_head_is_cloned_for_every_attempt_but_the_last() {
    let (clones, mut request) = (Clones::default(), post(script([data("a")])));
    request.extensions_mut().insert(Clones(Arc::clone(&clones.0)));
    let cloned = || clones.0.load(Ordering::Relaxed);

    let (first, kept) = Requests.split(request, LIMIT);
    drop(first);
    assert_eq!(cloned(), 1);
    drop(Requests.again(&kept).unwrap());
    assert_eq!(cloned(), 2);
    let last = Requests.last(kept).unwrap();
    assert_eq!(cloned(), 2);
    assert!(last.extensions().get::<Clones>().is_some());
}

#[test]
fn s_rt_7_a_request_that_is_sent_once_is_neither_cloned_nor_kept() {
    let (clones, mut request) = (Clones::default(), post(script([data("a")])));
    request.extensions_mut().insert(Clones(Arc::clone(&clones.0)));
    let sent = Requests.once(request);
    assert_eq!(clones.0.load(Ordering::Relaxed), 0);
    let body = "ReplayBody { source: \"committed\", kept: 0, next: 0 }";
    assert_eq!(format!("{:?}", sent.body()), body);
}

#[test]
fn s_rt_6_a_request_beyond_the_limit_says_why_it_is_not_sent_again() {
    let (mut first, kept) = Requests.split(post(script([data("abcd")])), 3);
    assert_eq!(Requests.check(&kept), Err(NotRepeatable::InUse));
    read(first.body_mut(), 9);
    drop(first);
    assert_eq!(Requests.check(&kept), Err(NotRepeatable::TooLarge));
    assert_eq!(Requests.again(&kept).err(), Some(NotRepeatable::TooLarge));
    assert_eq!(Requests.last(kept).err(), Some(NotRepeatable::TooLarge));
}

#[test]
fn s_rt_8_the_number_of_one_attempt_is_not_in_the_next() {
    let mut request = post(Script::default());
    request.headers_mut().insert(EXPECT, HeaderValue::from_static("100-continue"));
    let (mut first, kept) = Requests.split(request, LIMIT);
    Requests.number(&mut first, 1);
    drop(first);
    let second = Requests.again(&kept).unwrap();
    assert!(!second.headers().contains_key(X_ENVOY_ATTEMPT_COUNT));
    assert_eq!(second.headers()[EXPECT], "100-continue");
}

#[test]
fn s_rt_2_what_a_predicate_knows_is_added_to_what_http_knows() {
    let reads = Requests.safe_if(|request| request.uri().path() == "/search");
    let request = |uri: &str| Request::post(uri).body(Script::default()).unwrap();
    assert!(reads.is_safe(&request("http://shop/search")));
    assert!(!reads.is_safe(&request("http://shop/orders")));
    let mut keyed = request("http://shop/orders");
    keyed.headers_mut().insert(IDEMPOTENCY_KEY, HeaderValue::from_static("8e03978e"));
    assert!(reads.is_safe(&keyed));
}

#[test]
fn with_a_predicate_requests_are_sent_again_as_without() {
    let reads = Requests.safe_if(|_| true);
    let (mut first, kept) = reads.split(post(script([data("a"), data("b")])), LIMIT);
    reads.number(&mut first, 1);
    assert_eq!(first.headers()[X_ENVOY_ATTEMPT_COUNT], "1");
    assert_eq!(reads.check(&kept), Err(NotRepeatable::InUse));
    read(first.body_mut(), 1);
    drop(first);
    assert_eq!(read(reads.again(&kept).unwrap().body_mut(), 9).content, b"ab");
    assert_eq!(read(reads.last(kept).unwrap().body_mut(), 9).content, b"ab");
    let mut once = reads.once(post(script([data("c")])));
    assert_eq!(read(once.body_mut(), 9).content, b"c");
}

#[test]
fn what_is_kept_shows_no_secrets() {
    let mut request = post(Script::default());
    request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static("Bearer secret"));
    let (first, kept) = Requests.split(request, LIMIT);
    drop(first);
    assert_eq!(format!("{kept:?}"), "KeptRequest { method: POST, body: Kept(Ok(())), .. }");
}
