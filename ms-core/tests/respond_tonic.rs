//! Rejections become gRPC statuses: a real client of tonic, a real socket.
#![cfg(feature = "tonic-0_14")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test whose help fails, fails")]

mod support;

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::SocketAddr;
use std::task::{Context, Poll};

use axum::Router;
use bytes::{Buf, BufMut, Bytes};
use http::uri::PathAndQuery;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use ms_core::error::ErrorLayer;
use ms_core::http::respond;
use support::{Refuse, serve};
use tokio::net::TcpListener;
use tonic_0_14::body::Body;
use tonic_0_14::client::Grpc;
use tonic_0_14::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic_0_14::server::NamedService;
use tonic_0_14::transport::Server;
use tonic_0_14::transport::server::TcpIncoming;
use tonic_0_14::{Code, Request, Response, Status};
use tower::{Layer, Service, ServiceBuilder};

/// Bytes as they are.
#[derive(Debug, Clone, Copy, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}

/// A service that has no method.
#[derive(Debug, Clone)]
struct Shop;

impl NamedService for Shop {
    const NAME: &'static str = "shop";
}

impl<B> Service<http::Request<B>> for Shop {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<http::Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Request<B>) -> Self::Future {
        ready(Ok(Status::unimplemented("no such method").into_http()))
    }
}

async fn call(address: SocketAddr, method: &str) -> Result<Response<Bytes>, Status> {
    let transport = Client::builder(TokioExecutor::new()).http2_only(true).build_http::<Body>();
    let transport = ErrorLayer::status().layer(transport);
    let origin = format!("http://{address}").parse().unwrap();
    let mut client = Grpc::with_origin(transport, origin);
    client.ready().await?;
    let path: PathAndQuery = format!("/shop/{method}").parse().unwrap();
    client.unary(Request::new(Bytes::from_static(b"two books")), path, Raw).await
}

async fn serve_tonic() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let layers = respond(ServiceBuilder::new().layer(Refuse));
    let server = Server::builder().layer(layers).add_service(Shop);
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    address
}

async fn serve_axum() -> SocketAddr {
    let layers = respond(ServiceBuilder::new().layer(Refuse));
    serve(Router::new().fallback_service(Shop).layer(layers)).await
}

#[tokio::test]
async fn a_generated_client_sees_the_code_of_a_rejection() {
    for address in [serve_tonic().await, serve_axum().await] {
        let codes = [
            ("unavailable", Code::Unavailable),
            ("exhausted", Code::ResourceExhausted),
            ("deadline", Code::DeadlineExceeded),
            ("invalid", Code::InvalidArgument),
            ("unauthenticated", Code::Unauthenticated),
            ("forbidden", Code::PermissionDenied),
            ("internal", Code::Internal),
        ];
        for (method, code) in codes {
            assert_eq!(call(address, method).await.unwrap_err().code(), code);
        }
    }
}

#[tokio::test]
async fn a_generated_client_sees_the_text_and_the_wait_of_a_rejection() {
    for address in [serve_tonic().await, serve_axum().await] {
        let status = call(address, "unavailable").await.unwrap_err();
        assert_eq!(status.message(), "come \"back\" later, 100 %");
        assert_eq!(status.metadata().get("grpc-retry-pushback-ms").unwrap(), "1200");
    }
}

#[tokio::test]
async fn an_answer_of_the_service_passes() {
    for address in [serve_tonic().await, serve_axum().await] {
        assert_eq!(call(address, "other").await.unwrap_err().code(), Code::Unimplemented);
    }
}

#[tokio::test]
async fn s_rt_2_a_server_that_is_not_there_is_unavailable_to_the_status_layer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert_eq!(call(address, "any").await.unwrap_err().code(), Code::Unavailable);
}
