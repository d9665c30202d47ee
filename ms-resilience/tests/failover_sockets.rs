//! Failovers over real sockets, whose first endpoint fails by a script.
#![cfg(all(feature = "failover", feature = "hyper-util-0_1"))]
#![allow(clippy::unwrap_used, reason = "a test whose help fails, fails")]

mod support;

use axum::http::{Method, Request, Response};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use ms_core::availability::AlwaysAvailable;
use ms_core::error::{Error, ErrorLayer};
use ms_core::http::headers::X_ENVOY_ATTEMPT_COUNT;
use ms_core::http::replay::ReplayBody;
use ms_resilience::failover::{Failover, FailoverConfig};
use support::fault_server::{Act, FaultServer};
use tower::{ServiceBuilder, ServiceExt};

type Body = ReplayBody<Full<Bytes>>;
type Failed = Error<hyper_util::client::legacy::Error>;

/// A failover over a server that does as it is told and one that works, and what they received.
struct Shops {
    near: FaultServer,
    far: FaultServer,
    http2: bool,
    config: FailoverConfig,
}

impl Shops {
    async fn start(act: Act, http2: bool) -> Self {
        let (near, far) =
            (FaultServer::start([act]).await, FaultServer::start([Act::Answer("far")]).await);
        Self { near, far, http2, config: FailoverConfig::default() }
    }

    async fn order(
        &self,
        method: Method,
        books: &'static str,
    ) -> Result<Response<Incoming>, Failed> {
        let endpoint = |server: &FaultServer| {
            let uri = server.uri("/orders");
            let to = move |mut request: Request<Body>| {
                *request.uri_mut() = uri.clone();
                request
            };
            let client = if self.http2 { server.http2_client() } else { server.client() };
            let client = ServiceBuilder::new().layer(ErrorLayer).map_request(to).service(client);
            AlwaysAvailable::new(client)
        };
        let shops = [endpoint(&self.near), endpoint(&self.far)];
        let request = Request::builder().method(method).uri("http://shop/").body(books.into());
        let shop = Failover::new("shop", &self.config, shops).unwrap();
        shop.oneshot(request.unwrap()).await
    }

    /// How many requests arrived at either.
    fn arrived(&self) -> (usize, usize) {
        (self.near.received().len(), self.far.received().len())
    }
}

async fn text(response: Response<Incoming>) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

#[tokio::test]
async fn s_fo_4_what_is_safe_goes_on_whole_and_with_its_number() {
    for http2 in [false, true] {
        let shops = Shops::start(Act::ResetAfterReading, http2).await;
        let response = shops.order(Method::PUT, "two books").await.unwrap();
        assert_eq!(text(response).await, "far");
        let (near, far) = (shops.near.received(), shops.far.received());
        assert!(
            [&near[0], &far[0]].iter().all(|request| request.whole && request.body == "two books")
        );
        assert_eq!(near[0].headers.get(X_ENVOY_ATTEMPT_COUNT), None);
        assert_eq!(far[0].headers[X_ENVOY_ATTEMPT_COUNT], "2");
    }
}

#[tokio::test]
async fn s_fo_4_an_order_of_which_nobody_knows_whether_it_arrived_is_placed_nowhere_else() {
    for (act, http2) in [(Act::ResetAfterReading, false), (Act::ResetAfterReading, true)] {
        let shops = Shops::start(act, http2).await;
        assert!(shops.order(Method::POST, "two books").await.is_err());
        assert_eq!(shops.arrived(), (1, 0));
    }
}

#[tokio::test]
async fn s_fo_4_an_order_that_found_nobody_is_placed_at_the_next() {
    for http2 in [false, true] {
        let shops = Shops::start(Act::Refuse, http2).await;
        assert_eq!(text(shops.order(Method::POST, "two books").await.unwrap()).await, "far");
        let far = shops.far.received();
        assert_eq!((shops.near.received().len(), &*far[0].body), (0, b"two books".as_slice()));
        assert_eq!(far[0].headers.get(X_ENVOY_ATTEMPT_COUNT), None, "it is the first that left");
    }
}

#[tokio::test]
async fn s_fo_1_a_server_that_is_busy_is_passed_over() {
    let shops = Shops::start(Act::Busy("9"), false).await;
    assert_eq!(text(shops.order(Method::GET, "").await.unwrap()).await, "far");
    let response = shops.order(Method::POST, "two books").await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (503, &"9".parse().unwrap())
    );
    assert_eq!(shops.arrived(), (2, 1));
}

#[tokio::test]
async fn s_rt_6_what_is_larger_than_what_is_kept_gives_what_the_first_server_said() {
    let mut shops = Shops::start(Act::Busy("9"), false).await;
    shops.config = FailoverConfig::default().keep(8);
    let response = shops.order(Method::PUT, "two books").await.unwrap();
    assert_eq!((response.status().as_u16(), shops.arrived()), (503, (1, 0)));
    assert_eq!(text(shops.order(Method::PUT, "a book").await.unwrap()).await, "far");
}
