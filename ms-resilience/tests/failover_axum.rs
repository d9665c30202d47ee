//! A failover over three real servers, the first of which is killed and comes back.
#![cfg(all(feature = "breaker", feature = "failover", feature = "hyper-util-0_1"))]
#![allow(clippy::unwrap_used, reason = "a test whose help fails, fails")]

use std::collections::BTreeMap;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Request, Response};
use axum::routing::any;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use ms_core::error::ErrorLayer;
use ms_core::http::replay::ReplayBody;
use ms_core::registry::Registry;
use ms_core::rejection::BoxError;
use ms_resilience::breaker::{CircuitBreakerConfig, CircuitBreakerLayer};
use ms_resilience::budget::Funded;
use ms_resilience::failover::{EndpointStanding, Failover, FailoverConfig, FailoverHandle};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::task::{JoinSet, yield_now};
use tower::util::BoxCloneService;
use tower::{ServiceBuilder, ServiceExt};

type Order = Request<Full<Bytes>>;
type Users = BoxCloneService<Order, String, BoxError>;

/// What arrived at all servers: how often each order did.
type Orders = Arc<Mutex<BTreeMap<String, usize>>>;

/// What one server does and has seen.
#[derive(Clone)]
struct Shop {
    name: &'static str,
    hangs: Arc<AtomicBool>,
    arrived: Arc<AtomicUsize>,
    orders: Orders,
}

/// A server with a runtime of its own, so that all of it can be killed.
struct Server {
    shop: Shop,
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Server {
    fn start(name: &'static str, orders: &Orders) -> Self {
        let (hangs, arrived) = (Arc::default(), Arc::default());
        let shop = Shop { name, hangs, arrived, orders: Arc::clone(orders) };
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut server = Self { shop, address, runtime: None };
        server.restart();
        server
    }

    /// At the same address as before, if there was one.
    fn restart(&mut self) {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = std::net::TcpListener::bind(self.address).unwrap();
        listener.set_nonblocking(true).unwrap();
        self.address = listener.local_addr().unwrap();
        self.shop.hangs.store(false, Ordering::SeqCst);
        let app = Router::new().route("/", any(answer)).with_state(self.shop.clone());
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            axum::serve(listener, app).await
        });
        self.runtime = Some(runtime);
    }

    /// Closes the listener and all connections, whatever they are at.
    fn kill(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }

    fn arrived(&self) -> usize {
        self.shop.arrived.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.runtime.take().into_iter().for_each(Runtime::shutdown_background);
    }
}

async fn answer(State(shop): State<Shop>, method: Method, headers: HeaderMap) -> &'static str {
    if method == Method::POST {
        let number = headers["order"].to_str().unwrap().to_owned();
        *shop.orders.lock().unwrap().entry(number).or_default() += 1;
    }
    shop.arrived.fetch_add(1, Ordering::SeqCst);
    if shop.hangs.load(Ordering::SeqCst) { pending().await } else { shop.name }
}

/// A failover over all three, each behind a circuit of its own.
fn over(servers: &[Server]) -> (Users, FailoverHandle) {
    let registry = Registry::new();
    let circuit = CircuitBreakerConfig::default().open(Duration::from_millis(20));
    let endpoint = |server: &Server| {
        let address = server.address;
        let client = Client::builder(TokioExecutor::new()).build_http::<ReplayBody<Full<Bytes>>>();
        let at = move |mut request: Request<ReplayBody<Full<Bytes>>>| {
            *request.uri_mut() = format!("http://{address}/").parse().unwrap();
            request
        };
        ServiceBuilder::new()
            .layer(
                CircuitBreakerLayer::new(server.shop.name, &circuit).unwrap().registry(&registry),
            )
            .layer(ErrorLayer)
            .map_request(at)
            .service(client)
    };
    let config = FailoverConfig::default()
        .return_over(Duration::from_millis(200))
        .budget(Funded::default().cap(1000.0).start(1000.0));
    let users = Failover::new("users", &config, servers.iter().map(endpoint)).unwrap();
    let users = users.registry(&registry).endpoint_names(["eu", "us", "ap"]).unwrap();
    let handle = users.handle();
    let text = |response: Response<Incoming>| async {
        let body = response.into_body().collect().await?.to_bytes();
        Ok::<_, BoxError>(String::from_utf8(body.to_vec())?)
    };
    (users.map_err(BoxError::from).and_then(text).boxed_clone(), handle)
}

fn get() -> Order {
    Request::get("http://users/").body(Full::default()).unwrap()
}

fn post(number: usize) -> Order {
    let body = Full::from("two books");
    Request::post("http://users/").header("order", number.to_string()).body(body).unwrap()
}

#[tokio::test]
async fn s_fo_3_a_primary_that_is_killed_and_comes_back_fails_no_call_that_may_be_sent_twice() {
    let orders = Orders::default();
    let mut servers = ["eu", "us", "ap"].map(|name| Server::start(name, &orders));
    let (users, handle) = over(&servers);
    let ask = |request| users.clone().oneshot(request);

    for _ in 0..20 {
        assert_eq!(ask(get()).await.unwrap(), "eu");
    }

    // It is killed while it has twenty of each and has answered none.
    servers[0].shop.hangs.store(true, Ordering::SeqCst);
    let before = servers[0].arrived();
    let (mut gets, mut posts) = (JoinSet::new(), JoinSet::new());
    for number in 0..20 {
        gets.spawn(ask(get()));
        posts.spawn(ask(post(number)));
    }
    while servers[0].arrived() < before + 40 {
        yield_now().await;
    }
    servers[0].kill();
    let gets = gets.join_all().await;
    assert!(gets.iter().all(|answer| matches!(answer.as_deref(), Ok("us"))), "{gets:?}");
    let posts = posts.join_all().await;
    assert!(posts.iter().all(Result::is_err), "nobody knows whether they were done: {posts:?}");

    for number in 100..200 {
        assert_eq!(ask(get()).await.unwrap(), "us");
        let _ = ask(post(number)).await;
    }
    assert_eq!(handle.endpoints()[0].standing, EndpointStanding::Away);

    servers[0].restart();
    let mut answers = BTreeMap::<_, usize>::new();
    while handle.endpoints()[0].standing != EndpointStanding::Trusted {
        *answers.entry(ask(get()).await.unwrap()).or_default() += 1;
    }
    assert!(answers["eu"] > 0 && answers["us"] > 0 && answers.len() == 2, "{answers:?}");
    for _ in 0..20 {
        assert_eq!(ask(get()).await.unwrap(), "eu");
    }

    let orders = orders.lock().unwrap();
    assert!(orders.len() >= 100 && orders.values().all(|times| *times == 1), "{orders:?}");
}
