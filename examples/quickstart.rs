//! A client that never waits too long, a server that knows when its caller has gone, and the
//! numbers of both. Run it with `cargo run --bin quickstart`.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use axum::{Router, extract::Path, routing::get};
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Empty;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use ms_core::clock::sleep;
use ms_core::error::ErrorLayer;
use ms_core::http::respond;
use ms_core::registry::Registry;
use ms_core::rejection::{BoxError, Rejectable};
use ms_resilience::deadline::{DeadlineLayer, PropagateDeadlineLayer};
use ms_resilience::timeout::TimeoutLayer;
use tower::{Service, ServiceBuilder, ServiceExt};

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, server()).await });

    let client = client();
    for millis in [0, 300, 700] {
        let uri = format!("http://{address}/slow/{millis}");
        match client.clone().oneshot(Request::get(&uri).body(Empty::new())?).await {
            Ok(status) => println!("{uri}  {status}"),
            Err(error) => println!("{uri}  {}", why(&error)),
        }
    }
    println!("\n{}", ms_telemetry::metrics::text(Registry::global()));
    Ok(())
}

/// A server: whoever calls says in a header how long it waits, and rejections become responses.
fn server() -> Router {
    let slow = |Path(millis): Path<u64>| async move {
        sleep(Duration::from_millis(millis)).await;
        format!("that took {millis} ms")
    };
    Router::new()
        .route("/slow/{millis}", get(slow))
        .layer(respond(ServiceBuilder::new().layer(DeadlineLayer::named("slow-server"))))
}

/// A client: at most 900 ms for a whole call, and at most 500 ms for an attempt.
fn client() -> impl Service<Request<Empty<Bytes>>, Response = StatusCode, Error: Rejectable> + Clone
{
    ServiceBuilder::new()
        .layer(TimeoutLayer::total(Duration::from_millis(900)).name("slow"))
        .layer(TimeoutLayer::attempt(Duration::from_millis(500)).name("slow"))
        .layer(PropagateDeadlineLayer::named("slow"))
        .layer(ErrorLayer) // hyper's own error cannot hold a rejection
        .map_response(|response: http::Response<_>| response.status())
        .service(Client::builder(TokioExecutor::new()).build_http())
}

fn why(error: &impl Rejectable) -> String {
    error.as_rejection().map_or_else(|| "no connection".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_call_is_answered_in_time_or_given_up() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, server()).await });
        let client = client();
        let call = |millis: u64| {
            let uri = format!("http://{address}/slow/{millis}");
            client.clone().oneshot(Request::get(uri).body(Empty::new()).unwrap())
        };

        assert_eq!(call(0).await.ok(), Some(StatusCode::OK));
        let given_up = call(60_000).await.unwrap_err();

        assert_eq!(why(&given_up), "timeout `slow`: no answer in time (limit_ms 500)");
        let page = ms_telemetry::metrics::text(Registry::global());
        assert!(page.contains(
            "resilience_timeout_calls_total{resilience_policy_name=\"slow\",\
             outcome=\"timed_out\",scope=\"attempt\"} 1"
        ));
    }
}
