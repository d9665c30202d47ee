//! The client of reqwest.

use axum::http::Method;
use reqwest_0_13::{Client, Request, retry};
use tower::{Layer, ServiceExt};

use crate::support::fault_server::FaultServer;
use crate::{ORDER, Told, fails_as_it_should, standard};

/// Every request on a connection of its own, as the server wants it; reqwest repeats nothing.
fn client() -> Client {
    let client = Client::builder().no_proxy().pool_max_idle_per_host(0).retry(retry::never());
    client.build().unwrap()
}

async fn ask(server: FaultServer, method: Method) -> (Told, FaultServer) {
    let mut order = Request::new(method, server.uri("/orders").to_string().parse().unwrap());
    *order.body_mut() = Some(ORDER.into());
    let answer = standard().reqwest().layer(client()).oneshot(order).await;
    let told = answer.map(|answer| answer.status().as_u16());
    (told.map_err(|error| error.to_string()), server)
}

#[tokio::test]
async fn a_client_fails_as_it_should() {
    fails_as_it_should(ask).await;
}
