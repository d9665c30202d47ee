//! The channel of tonic.

use std::net::SocketAddr;

use h2::Reason;
use http::{HeaderValue, Request, Response};
use ms_core::error;
use ms_core::error::ErrorLayer;
use ms_core::http::classify::Grpc;
use ms_core::http::repeat::Tonic;
use ms_core::http::replay::LIMIT;
use ms_core::rejection::BoxError;
use ms_core::repeat::Repeat;
use ms_core::verdict::{Classify, Failure, Resend, Verdict};
use tonic_0_14::Status;
use tonic_0_14::body::Body;
use tonic_0_14::transport::{Channel, Endpoint};
use tower::{Layer, ServiceExt};

use crate::peers::{self, ORDER};

fn channel(address: SocketAddr) -> Channel {
    Endpoint::from_shared(format!("http://{address}")).unwrap().connect_lazy()
}

fn call() -> Request<Body> {
    let mut call = Request::post("/shop.Orders/Add").body(Body::new(ORDER.to_owned())).unwrap();
    let grpc = HeaderValue::from_static("application/grpc");
    call.headers_mut().insert(http::header::CONTENT_TYPE, grpc);
    call
}

/// What the status says that a generated client makes of the error.
fn verdict(error: tonic_0_14::transport::Error) -> Verdict {
    let status = Status::from_error(error.into());
    let alone = Grpc.classify(Err::<&Response<Body>, _>(&status));
    let boxed: BoxError = Box::new(error::Error::Service(status));
    assert_eq!(Grpc.classify(Err::<&Response<Body>, _>(&boxed)), alone);
    alone
}

async fn failed(address: SocketAddr) -> tonic_0_14::transport::Error {
    channel(address).oneshot(call()).await.unwrap_err()
}

fn resend(verdict: Verdict) -> Resend {
    verdict.failure().unwrap().resend
}

#[tokio::test]
async fn s_rt_2_where_nobody_listens_a_channel_sent_nothing() {
    let address = peers::nobody().await;
    assert_eq!(verdict(failed(address).await), Failure::NEVER_SENT.into());
    let status = ErrorLayer::status().layer(channel(address)).oneshot(call()).await.unwrap_err();
    assert_eq!(Grpc.classify(Err::<&Response<Body>, _>(&status)), Failure::NEVER_SENT.into());
}

#[tokio::test]
async fn s_rt_2_a_call_that_was_refused_is_sent_again_and_arrives_whole() {
    let (address, mut seen) = peers::resetting([Reason::REFUSED_STREAM]).await;
    let channel = channel(address);
    let (mut first, kept) = Tonic.split(call(), LIMIT);
    Tonic.number(&mut first, 1);
    let error = channel.clone().oneshot(first).await.unwrap_err();
    assert_eq!(verdict(error), Failure::NEVER_SENT.into());

    let mut second = Tonic.last(kept).unwrap();
    Tonic.number(&mut second, 2);
    assert_eq!(channel.oneshot(second).await.unwrap().status(), 200);
    for (attempt, earlier) in [("1", None), ("2", Some("1"))] {
        let seen = seen.recv().await.unwrap();
        assert_eq!(seen.uri().path(), "/shop.Orders/Add");
        assert_eq!(seen.headers()["x-envoy-attempt-count"], attempt);
        let told = seen.headers().get("grpc-previous-rpc-attempts");
        assert_eq!(told.map(|value| value.to_str().unwrap()), earlier);
        assert_eq!(seen.body(), ORDER);
    }
}

#[tokio::test]
async fn s_rt_2_a_connection_that_broke_is_worth_another_call_if_that_is_safe() {
    let (address, _seen) = peers::resetting([Reason::INTERNAL_ERROR]).await;
    for address in [address, peers::going_away().await, peers::hanging_up().await] {
        let error = failed(address).await;
        assert_eq!(resend(verdict(error)), Resend::IfSafe);
    }
}

#[tokio::test]
async fn s_rt_2_what_the_peer_itself_said_stays_final() {
    let status = Status::internal("out of books");
    assert_eq!(resend(Grpc.classify(Err::<&Response<Body>, _>(&status))), Resend::Never);
}
