//! The client of reqwest.

use std::sync::Arc;
use std::time::Duration;

use h2::Reason;
use ms_core::error;
use ms_core::http::classify::Http;
use ms_core::http::repeat::Reqwest;
use ms_core::http::replay::LIMIT;
use ms_core::repeat::Repeat;
use ms_core::verdict::{Classify, Failure, Verdict};
use reqwest_0_13::dns::{Name, Resolve, Resolving};
use reqwest_0_13::{Client, ClientBuilder, Error, Method, Request, Response, retry};

use crate::peers::{self, ORDER};

/// Says what happened as it happened: reqwest itself repeats nothing.
fn plain(client: ClientBuilder) -> Client {
    client.no_proxy().retry(retry::never()).build().unwrap()
}

fn client(http2: bool) -> Client {
    let builder = Client::builder();
    plain(if http2 { builder.http2_prior_knowledge() } else { builder })
}

fn order(uri: &str) -> Request {
    let mut order = Request::new(Method::POST, uri.parse().unwrap());
    *order.body_mut() = Some(ORDER.into());
    order
}

fn verdict(error: Error) -> Verdict {
    let alone = Http.classify(Err::<&Response, _>(&error));
    assert_eq!(Http.classify(Err::<&Response, _>(&error::Error::Service(error))), alone);
    alone
}

async fn failed(http2: bool, address: std::net::SocketAddr) -> Error {
    client(http2).execute(order(&format!("http://{address}"))).await.unwrap_err()
}

#[tokio::test]
async fn s_rt_2_where_nobody_listens_reqwest_sent_nothing() {
    for http2 in [false, true] {
        let error = failed(http2, peers::nobody().await).await;
        assert_eq!(verdict(error), Failure::NEVER_SENT.into());
    }
}

/// Never finds out where the peer is.
struct Lost;

impl Resolve for Lost {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn s_rt_2_where_no_connection_came_in_time_reqwest_sent_nothing() {
    let lost =
        Client::builder().dns_resolver(Arc::new(Lost)).connect_timeout(Duration::from_secs(1));
    let error = plain(lost).execute(order("http://shop")).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(verdict(error), Failure::NEVER_SENT.into());
}

#[tokio::test(start_paused = true)]
async fn s_rt_2_a_response_that_did_not_come_in_time_proves_nothing() {
    let lost = Client::builder().dns_resolver(Arc::new(Lost)).timeout(Duration::from_secs(1));
    let error = plain(lost).execute(order("http://shop")).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(verdict(error), Failure::IF_SAFE.into());
}

#[tokio::test]
async fn s_rt_2_what_a_peer_of_reqwest_refused_is_sent_again_and_arrives_whole() {
    let (address, mut seen) = peers::resetting([Reason::REFUSED_STREAM]).await;
    let client = client(true);
    let (mut first, kept) = Reqwest.split(order(&format!("http://{address}/orders")), LIMIT);
    Reqwest.number(&mut first, 1);
    let error = client.execute(first).await.unwrap_err();
    assert_eq!(verdict(error), Failure::NEVER_SENT.into());

    let mut second = Reqwest.last(kept).unwrap();
    Reqwest.number(&mut second, 2);
    let response = client.execute(second).await.unwrap();
    assert_eq!(Http.classify(Ok::<_, &Error>(&response)), Verdict::Success);
    for attempt in ["1", "2"] {
        let seen = seen.recv().await.unwrap();
        assert_eq!((seen.method(), seen.uri().path()), (&Method::POST, "/orders"));
        assert_eq!(seen.headers()["x-envoy-attempt-count"], attempt);
        assert_eq!(seen.body(), ORDER);
    }
}

#[tokio::test]
async fn s_rt_2_a_reset_or_a_goaway_proves_nothing_to_reqwest() {
    let (address, _seen) = peers::resetting([Reason::INTERNAL_ERROR]).await;
    let errors = [
        failed(true, address).await,
        failed(true, peers::going_away().await).await,
        failed(true, peers::hanging_up().await).await,
        failed(false, peers::hanging_up().await).await,
    ];
    for error in errors {
        assert_eq!(verdict(error), Failure::IF_SAFE.into());
    }
}
