//! The pooled client of hyper-util, and the connections of hyper.

use std::fmt::Debug;
use std::future::ready;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use h2::Reason;
use http::{Method, Request, Response, Uri};
use http_body::{Body, Frame};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioIo};
use ms_core::error;
use ms_core::http::classify::{Grpc, Http};
use ms_core::http::repeat::Requests;
use ms_core::http::replay::LIMIT;
use ms_core::rejection::BoxError;
use ms_core::repeat::Repeat;
use ms_core::verdict::{Classify, Failure, Verdict};
use tokio::net::{TcpListener, TcpStream};
use tower::service_fn;

use crate::peers::{self, ORDER};

fn client<B>(http2: bool) -> Client<HttpConnector, B>
where
    B: Body + Send,
    B::Data: Send,
{
    Client::builder(TokioExecutor::new()).http2_only(http2).build_http()
}

fn order(uri: impl TryInto<Uri, Error: Debug>) -> Request<Full<Bytes>> {
    let mut order = Request::new(Full::from(ORDER));
    (*order.method_mut(), *order.uri_mut()) = (Method::POST, uri.try_into().unwrap());
    order
}

/// What the error says, alone and in everything that may be around it.
fn verdict(error: Error) -> Verdict {
    type Outcome<'a, E> = Result<&'a Response<Incoming>, &'a E>;
    let alone = Http.classify(Outcome::Err(&error));
    assert_eq!(Grpc.classify(Outcome::Err(&error)), alone);
    let error = error::Error::Service(error);
    assert_eq!(Http.classify(Outcome::Err(&error)), alone);
    let boxed: BoxError = Box::new(error);
    assert_eq!(Http.classify(Outcome::Err(&boxed)), alone);
    assert_eq!(Http.classify(Outcome::Err(&error::Error::Service(boxed))), alone);
    alone
}

async fn failed(http2: bool, order: Request<Full<Bytes>>) -> Error {
    client(http2).request(order).await.unwrap_err()
}

#[tokio::test]
async fn s_rt_2_where_nobody_listens_nothing_was_sent() {
    for http2 in [false, true] {
        let error = failed(http2, order(format!("http://{}", peers::nobody().await))).await;
        assert_eq!(verdict(error), Failure::NEVER_SENT.into());
    }
}

#[tokio::test]
async fn s_rt_2_where_no_connection_came_in_time_nothing_was_sent() {
    let late = |_: Uri| ready(Err::<TokioIo<TcpStream>, _>(io::Error::from(ErrorKind::TimedOut)));
    let client = Client::builder(TokioExecutor::new()).build(service_fn(late));
    let error = client.request(order("http://shop")).await.unwrap_err();
    assert_eq!(verdict(error), Failure::NEVER_SENT.into());
}

#[tokio::test]
async fn s_rt_2_a_stream_that_was_refused_is_sent_again_and_arrives_whole() {
    let (address, mut seen) = peers::resetting([Reason::REFUSED_STREAM]).await;
    let client = client(true);
    let order = order(format!("http://{address}/orders"));
    let (mut first, kept) = Requests.split(order, LIMIT);
    Requests.number(&mut first, 1);
    let error = client.request(first).await.unwrap_err();
    assert_eq!(verdict(error), Failure::NEVER_SENT.into());

    let mut second = Requests.last(kept).unwrap();
    Requests.number(&mut second, 2);
    assert_eq!(client.request(second).await.unwrap().status(), 200);
    for attempt in ["1", "2"] {
        let seen = seen.recv().await.unwrap();
        assert_eq!((seen.method(), seen.uri().path()), (&Method::POST, "/orders"));
        assert_eq!(seen.headers()["x-envoy-attempt-count"], attempt);
        assert_eq!(seen.body(), ORDER);
    }
}

#[tokio::test]
async fn s_rt_2_a_stream_that_was_reset_for_another_reason_may_have_been_worked_on() {
    let reasons = [Reason::INTERNAL_ERROR, Reason::CANCEL, Reason::ENHANCE_YOUR_CALM];
    let (address, _seen) = peers::resetting(reasons).await;
    for _ in reasons {
        let error = failed(true, order(format!("http://{address}"))).await;
        assert_eq!(verdict(error), Failure::IF_SAFE.into());
    }
}

#[tokio::test]
async fn s_rt_2_a_connection_that_was_reset_after_the_request_proves_nothing() {
    for http2 in [false, true] {
        let error = failed(http2, order(format!("http://{}", peers::hanging_up().await))).await;
        assert_eq!(verdict(error), Failure::IF_SAFE.into());
    }
}

#[tokio::test]
async fn s_rt_2_a_goaway_proves_nothing_since_hyper_does_not_say_which_streams_it_spared() {
    let error = failed(true, order(format!("http://{}", peers::going_away().await))).await;
    assert!(format!("{error:?}").contains("GoAway"), "{error:?}");
    assert_eq!(verdict(error), Failure::IF_SAFE.into());
}

#[tokio::test]
async fn s_rt_2_a_request_that_its_connection_did_not_take_was_not_sent() {
    let socket = TcpStream::connect(peers::hanging_up().await).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(socket)).await.unwrap();
    let waiting = sender.send_request(order("/"));
    drop(connection);
    let error = waiting.await.unwrap_err();
    assert!(error.is_canceled());
    let outcome: Result<&Response<Incoming>, _> = Err(&error);
    assert_eq!(Http.classify(outcome), Failure::NEVER_SENT.into());
}

/// The error of a stream that a peer refused, as h2 tells it.
async fn refused_stream() -> h2::Error {
    let (address, _seen) = peers::resetting([Reason::REFUSED_STREAM]).await;
    let socket = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = h2::client::handshake(socket).await.unwrap();
    tokio::spawn(connection);
    let order = order(format!("http://{address}")).map(|_| ());
    let (response, _) = sender.send_request(order, true).unwrap();
    response.await.unwrap_err()
}

/// A body that breaks at once.
struct Broken(Option<BoxError>);

impl Body for Broken {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Ready(self.0.take().map(Err))
    }
}

#[tokio::test]
async fn s_rt_2_what_broke_the_body_of_a_request_is_about_another_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}", listener.local_addr().unwrap());
    for http2 in [false, true] {
        let causes: [BoxError; 2] = [
            Box::new(io::Error::from(ErrorKind::ConnectionRefused)),
            Box::new(refused_stream().await),
        ];
        for cause in causes {
            let broken = order(&*uri).map(|_| Broken(Some(cause)));
            let error = client(http2).request(broken).await.unwrap_err();
            assert_eq!(verdict(error), Failure::IF_SAFE.into());
        }
    }
}
