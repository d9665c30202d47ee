//! Requests of reqwest.

use std::time::Duration;

use ::http::header::{AUTHORIZATION, HeaderValue};
use ::http::{Method, Version};
use reqwest_0_13::{Body, Request};

use crate::http::headers::X_ENVOY_ATTEMPT_COUNT;
use crate::http::repeat::reqwest::Reqwest;
use crate::http::replay::tests::script::{data, script};
use crate::repeat::{NotRepeatable, Repeat};

fn order(body: Option<Body>) -> Request {
    let mut order = Request::new(Method::POST, "http://shop/orders?id=7".parse().unwrap());
    *order.body_mut() = body;
    order
}

#[test]
fn what_is_sent_again_is_what_was_sent_first() {
    let mut order = order(Some("two books".into()));
    order.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static("Bearer secret"));
    *order.version_mut() = Version::HTTP_2;
    *order.timeout_mut() = Some(Duration::from_secs(7));
    let (mut first, kept) = Reqwest.split(order, 9);
    Reqwest.number(&mut first, 1);
    first.headers_mut().remove(X_ENVOY_ATTEMPT_COUNT).unwrap();
    for again in [Reqwest.again(&kept).unwrap(), Reqwest.last(kept).unwrap()] {
        assert_eq!((again.method(), again.url()), (first.method(), first.url()));
        assert_eq!(again.headers(), first.headers());
        assert_eq!(again.version(), first.version());
        assert_eq!(again.timeout(), first.timeout());
        let bytes = |request: &Request| request.body()?.as_bytes().map(<[u8]>::to_vec);
        assert_eq!(bytes(&again), bytes(&first));
    }
}

#[test]
fn s_rt_6_a_body_that_streams_is_sent_once() {
    let body = Body::wrap(script([data("two books")]));
    let (_, kept) = Reqwest.split(order(Some(body)), 1000);
    assert_eq!(Reqwest.check(&kept), Err(NotRepeatable::Once));
    assert_eq!(Reqwest.again(&kept).err(), Some(NotRepeatable::Once));
    assert_eq!(Reqwest.last(kept).err(), Some(NotRepeatable::Once));
}

#[test]
fn s_rt_6_a_body_in_memory_is_kept_up_to_the_limit() {
    let kept = |limit| Reqwest.split(order(Some("two books".into())), limit).1;
    assert_eq!(Reqwest.check(&kept(9)), Ok(()));
    assert_eq!(Reqwest.check(&kept(8)), Err(NotRepeatable::TooLarge));
    let (_, none) = Reqwest.split(order(None), 0);
    assert_eq!(Reqwest.check(&none), Ok(()));
}

#[test]
fn s_rt_2_requests_of_reqwest_are_safe_as_all_others_are() {
    assert!(!Reqwest.is_safe(&order(None)));
    assert!(Reqwest.safe_if(|request| request.url().path() == "/orders").is_safe(&order(None)));
    let read = Request::new(Method::GET, "http://shop/books".parse().unwrap());
    assert!(Reqwest.is_safe(&read));
}

#[test]
fn what_is_kept_shows_no_secrets() {
    let (_, kept) = Reqwest.split(order(None), 0);
    assert_eq!(format!("{kept:?}"), "KeptReqwest(Ok(()))");
}
