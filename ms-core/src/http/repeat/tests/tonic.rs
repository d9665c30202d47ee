//! Calls of a generated client.

use ::http::Request;
use ::http::header::{CONTENT_TYPE, HeaderValue};
use http_body::Body as _;
use http_body_util::BodyExt;
use tonic_0_14::body::Body;

use crate::http::headers::{GRPC_PREVIOUS_RPC_ATTEMPTS, X_ENVOY_ATTEMPT_COUNT};
use crate::http::repeat::tonic::Tonic;
use crate::http::replay::LIMIT;
use crate::http::replay::tests::script::{Script, Step, data, script, trailers};
use crate::repeat::{NotRepeatable, Repeat};

fn call(body: Script) -> Request<Body> {
    let mut call = Request::post("/shop.Orders/Add").body(Body::new(body)).unwrap();
    call.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    call
}

#[tokio::test]
async fn a_call_that_was_cut_off_is_sent_again_with_its_trailers() {
    let (mut first, kept) =
        Tonic.split(call(script([data("ab"), data("c"), Step::Trailers])), LIMIT);
    first.body_mut().frame().await.unwrap().unwrap();
    drop(first);
    let again = Tonic.again(&kept).unwrap();
    assert_eq!(again.uri(), "/shop.Orders/Add");
    let body = again.into_body().collect().await.unwrap();
    assert_eq!(body.trailers(), Some(&trailers()));
    assert_eq!(body.to_bytes(), "abc");
    let last = Tonic.last(kept).unwrap().into_body().collect().await.unwrap();
    assert_eq!(last.trailers(), Some(&trailers()));
    assert_eq!(last.to_bytes(), "abc");
}

#[test]
fn s_rt_8_a_call_is_told_how_many_came_before() {
    let (mut first, kept) = Tonic.split(call(Script::default()), LIMIT);
    Tonic.number(&mut first, 1);
    assert!(!first.headers().contains_key(GRPC_PREVIOUS_RPC_ATTEMPTS));
    drop(first);
    let mut second = Tonic.again(&kept).unwrap();
    Tonic.number(&mut second, 2);
    assert_eq!(second.headers()[GRPC_PREVIOUS_RPC_ATTEMPTS], "1");
    assert_eq!(second.headers()[X_ENVOY_ATTEMPT_COUNT], "2");
}

#[test]
fn s_rt_2_no_call_is_safe_unless_somebody_says_so() {
    let call = call(Script::default());
    assert!(!Tonic.is_safe(&call));
    assert!(Tonic.safe_if(|call| call.uri().path().starts_with("/shop.Orders/")).is_safe(&call));
}

#[test]
fn s_rt_6_a_call_beyond_the_limit_is_not_sent_again() {
    let (first, kept) = Tonic.split(call(Script { knows: true, ..script([data("abcd")]) }), 3);
    drop(first);
    assert_eq!(Tonic.check(&kept), Err(NotRepeatable::TooLarge));
}

#[test]
fn a_call_that_is_sent_once_keeps_its_own_body() {
    let sent = Tonic.once(call(Script { knows: true, ..script([data("ab")]) }));
    assert_eq!(sent.body().size_hint().exact(), Some(2));
}
