//! The server that fails by a script does what its script says, and forgets nothing.
#![cfg(feature = "http")]
#![allow(clippy::unwrap_used, reason = "a test whose help fails, fails")]

mod support;

use std::error::Error as _;
use std::io::ErrorKind;

use axum::http::header::ETAG;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt, Channel, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Error;
use support::fault_server::{Act, FaultServer};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const ORDER: &str = "two books";

fn order(server: &FaultServer) -> Request<Full<Bytes>> {
    Request::post(server.uri("/orders?shop=7"))
        .header("x-request-id", "b01d")
        .body(Full::from(ORDER))
        .unwrap()
}

/// Asks over HTTP/2 or HTTP/1.1.
async fn ask(server: &FaultServer, http2: bool) -> Result<Response<Incoming>, Error> {
    let client = if http2 { server.http2_client() } else { server.client() };
    client.request(order(server)).await
}

/// One of the errors behind `error`.
fn kind(error: &Error) -> Option<ErrorKind> {
    let mut sources = std::iter::successors(error.source(), |&error| error.source());
    sources.find_map(|error| error.downcast_ref()).map(std::io::Error::kind)
}

#[tokio::test]
async fn what_arrives_is_known_whole() {
    let server = FaultServer::start([Act::Answer("done")]).await;
    for http2 in [false, true] {
        let response = ask(&server, http2).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "done");
        let received = server.received().pop().unwrap();
        assert_eq!((&received.method, &*received.path), (&Method::POST, "/orders?shop=7"));
        assert_eq!(received.headers["x-request-id"], "b01d");
        assert_eq!((received.body, received.trailers, received.whole), (ORDER.into(), None, true));
    }
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn trailers_arrive_as_well() {
    let server = FaultServer::start([Act::Answer("done")]).await;
    let (mut sender, body) = Channel::<Bytes>::new(2);
    sender.send_data(ORDER.into()).await.unwrap();
    let trailers = HeaderMap::from_iter([(ETAG, HeaderValue::from_static("7"))]);
    sender.send_trailers(trailers.clone()).await.unwrap();
    drop(sender);
    let request = Request::post(server.uri("/")).body(body).unwrap();
    server.http2_client().request(request).await.unwrap();
    assert_eq!(server.received()[0].trailers, Some(trailers));
    assert_eq!(server.received()[0].body, ORDER);
}

#[tokio::test]
async fn acts_come_in_turn_and_the_last_one_is_repeated() {
    let server = FaultServer::start([Act::Refuse, Act::Busy("7"), Act::Answer("done")]).await;
    assert_eq!(kind(&ask(&server, false).await.unwrap_err()), Some(ErrorKind::ConnectionRefused));
    for status in [503, 200, 200] {
        assert_eq!(ask(&server, false).await.unwrap().status(), status);
    }
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn a_server_that_refuses_is_never_reached() {
    let server = FaultServer::start([Act::Refuse]).await;
    for http2 in [false, true] {
        let error = ask(&server, http2).await.unwrap_err();
        assert!(error.is_connect());
        assert_eq!(kind(&error), Some(ErrorKind::ConnectionRefused));
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_connection_that_is_reset_before_it_is_read_has_received_nothing() {
    let server = FaultServer::start([Act::ResetBeforeReading]).await;
    for http2 in [false, true] {
        assert!(!ask(&server, http2).await.unwrap_err().is_connect());
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_connection_that_is_reset_after_it_was_read_has_received_all() {
    let server = FaultServer::start([Act::ResetAfterReading]).await;
    for http2 in [false, true] {
        let error = ask(&server, http2).await.unwrap_err();
        assert_eq!(kind(&error), Some(ErrorKind::ConnectionReset));
    }
    let received = server.received();
    assert_eq!(received.len(), 2);
    assert!(received.iter().all(|received| received.whole && received.body == ORDER));
}

#[tokio::test]
async fn a_server_that_hangs_has_received_the_request_and_does_not_answer() {
    let server = FaultServer::start([Act::Hang]).await;
    tokio::select! {
        answer = ask(&server, false) => panic!("{answer:?}"),
        () = server.has_received(1) => {}
    }
    assert!(server.received()[0].whole);
}

#[tokio::test]
async fn a_body_that_drips_comes_byte_by_byte() {
    let server = FaultServer::start([Act::Drip("drop")]).await;
    let mut body = ask(&server, true).await.unwrap().into_body();
    for byte in "drop".bytes() {
        let frame = body.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), [byte].as_slice());
    }
    let body = ask(&server, false).await.unwrap().into_body();
    assert_eq!(body.collect().await.unwrap().to_bytes(), "drop");
}

#[tokio::test]
async fn a_body_that_breaks_comes_half() {
    let server = FaultServer::start([Act::Break("abcd")]).await;
    for http2 in [false, true] {
        let mut body = ask(&server, http2).await.unwrap().into_body();
        let half = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(half, "ab");
        assert!(body.frame().await.unwrap().is_err());
    }
}

#[tokio::test]
async fn a_server_that_is_busy_says_when_to_come_again() {
    let server = FaultServer::start([Act::Busy("7")]).await;
    for http2 in [false, true] {
        let response = ask(&server, http2).await.unwrap();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()["retry-after"], "7");
    }
}

#[tokio::test]
async fn a_grpc_call_fails_at_its_head_or_at_its_end() {
    let server = FaultServer::start([Act::GrpcTrailersOnly, Act::GrpcTrailers]).await;
    let only = ask(&server, true).await.unwrap();
    assert_eq!(
        (only.status(), &only.headers()["grpc-status"]),
        (StatusCode::OK, &"14".parse().unwrap())
    );
    let end = ask(&server, true).await.unwrap();
    assert!(!end.headers().contains_key("grpc-status"));
    let end = end.into_body().collect().await.unwrap();
    assert_eq!(end.trailers().unwrap()["grpc-status"], "14");
}

#[tokio::test]
async fn a_request_that_its_client_breaks_off_is_known_as_such() {
    let server = FaultServer::start([Act::Answer("done")]).await;
    let mut socket =
        TcpStream::connect(server.uri("/").authority().unwrap().as_str()).await.unwrap();
    socket.write_all(b"POST /orders HTTP/1.1\r\ncontent-length: 9\r\n\r\ntwo").await.unwrap();
    drop(socket);
    server.has_received(1).await;
    let received = &server.received()[0];
    assert_eq!((&*received.path, &*received.body), ("/orders", &b"two"[..]));
    assert!(!received.whole);
}
