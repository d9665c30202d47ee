//! The channel of a generated client.

use axum::http::{HeaderValue, Request, header};
use ms_core::http::repeat::Tonic;
use ms_resilience::timeout;
use tonic_0_14::body::Body;
use tonic_0_14::transport::{Channel, Endpoint};
use tonic_0_14::{Code, Status};
use tower::{Layer, ServiceExt};

use crate::support::fault_server::{Act, FaultServer};
use crate::{ORDER, Told, standard, told};

async fn channel(server: &FaultServer) -> Channel {
    let endpoint = Endpoint::from_shared(server.uri("/").to_string()).unwrap();
    endpoint.connect_with_connector_lazy(server.dial())
}

fn call(path: &str) -> Request<Body> {
    let mut call = Request::post(path).body(Body::new(ORDER.to_owned())).unwrap();
    let grpc = HeaderValue::from_static("application/grpc");
    call.headers_mut().insert(header::CONTENT_TYPE, grpc);
    call
}

/// Of this shop, what is asked may be asked twice, and what is added may not be added twice.
async fn ask(server: FaultServer, path: &str) -> (Told, FaultServer) {
    let channel = channel(&server).await;
    let may_repeat = |call: &Request<Body>| call.uri().path().ends_with("/Find");
    let stack = standard().tonic().requests(Tonic.safe_if(may_repeat)).layer(channel);
    let told = match stack.oneshot(call(path)).await {
        Ok(answer) => Ok(answer.status().as_u16()),
        Err(status) => Err(status.code().to_string()),
    };
    (told, server)
}

async fn find(act: Act) -> (Told, usize) {
    told(act, |server| ask(server, "/shop.Orders/Find")).await
}

async fn add(act: Act) -> (Told, usize) {
    told(act, |server| ask(server, "/shop.Orders/Add")).await
}

#[tokio::test]
async fn s_rt_2_a_call_that_may_be_repeated_is_and_no_other() {
    assert_eq!(find(Act::ResetAfterReading).await, (Ok(200), 2));
    let (told, arrived) = add(Act::ResetAfterReading).await;
    assert!(told.is_err(), "{told:?}");
    assert_eq!(arrived, 1);
}

/// All calls of a channel share a connection, which hangs here.
#[tokio::test]
async fn s_rt_2_a_call_that_hangs_is_made_again_only_if_it_may_be_repeated() {
    for (call, expected) in [(find(Act::Hang).await, 2), (add(Act::Hang).await, 1)] {
        let (told, arrived) = call;
        assert!(told.is_err(), "{told:?}");
        assert_eq!(arrived, expected);
    }
}

#[tokio::test]
async fn s_rt_2_a_call_that_found_nobody_is_made_again_whatever_it_is() {
    assert_eq!(add(Act::Refuse).await, (Ok(200), 1));
}

#[tokio::test]
async fn a_code_in_the_head_is_looked_at_and_one_in_the_trailers_comes_too_late() {
    assert_eq!(find(Act::GrpcTrailersOnly).await, (Ok(200), 2));
    assert_eq!(add(Act::GrpcTrailersOnly).await, (Ok(200), 1));
    assert_eq!(find(Act::GrpcTrailers).await, (Ok(200), 1));
}

#[tokio::test]
async fn a_rejection_is_a_status_with_the_code_that_a_client_expects() {
    let server = FaultServer::start([Act::Hang]).await;
    let stack = standard().tonic().layer(channel(&server).await);
    let status: Status = stack.oneshot(call("/shop.Orders/Add")).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    let rejection = ms_core::rejection::Rejectable::as_rejection(&status);
    assert!(rejection.is_some_and(|rejection| rejection.is(&timeout::ATTEMPT)));
}
