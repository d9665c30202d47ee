//! The client of hyper-util.

use axum::http::{Method, Request};
use bytes::Bytes;
use http_body_util::Full;
use ms_core::error::Error;
use tower::{Layer, ServiceExt};

use crate::support::fault_server::{Act, FaultServer};
use crate::{ORDER, Told, fails_as_it_should, standard, told};

async fn ask(server: FaultServer, method: Method, http2: bool) -> (Told, FaultServer) {
    let order = Request::builder().method(method).uri(server.uri("/orders"));
    let order = order.body(Full::<Bytes>::from(ORDER)).unwrap();
    let client = if http2 { server.http2_client() } else { server.client() };
    let answer = standard().layer(client).oneshot(order).await;
    let told = answer.map(|answer| answer.status().as_u16());
    (told.map_err(|error: Error<_>| error.to_string()), server)
}

#[tokio::test]
async fn over_http_1_a_client_fails_as_it_should() {
    fails_as_it_should(|server, method| ask(server, method, false)).await;
}

#[tokio::test]
async fn over_http_2_a_client_fails_as_it_should() {
    fails_as_it_should(|server, method| ask(server, method, true)).await;
}

#[tokio::test]
async fn s_rt_2_what_found_nobody_is_sent_again_whatever_it_is() {
    for (method, http2) in [(Method::PUT, false), (Method::POST, false), (Method::POST, true)] {
        let found = told(Act::Refuse, |server| ask(server, method, http2)).await;
        assert_eq!(found, (Ok(200), 1));
    }
}
