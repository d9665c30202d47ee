//! Circuits whose calls end with the body.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::channel::Channel;
use http_body_util::{BodyExt, Full};
use ms_core::clock::sleep;
use ms_core::http::classify::{Grpc, Http};
use ms_core::http::headers::GRPC_STATUS;
use ms_core::rejection::BoxError;
use tower::{Layer, ServiceExt, service_fn};

use super::super::{CircuitBreakerLayer, CircuitState};
use super::{config, ms};

fn layer() -> CircuitBreakerLayer {
    CircuitBreakerLayer::new("users", &config()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn s_2_server_errors_open_a_circuit_and_those_of_callers_do_not() {
    for (status, state) in
        [(500, CircuitState::Open), (401, CircuitState::Closed), (404, CircuitState::Closed)]
    {
        let layer = layer().classify(Http);
        let client = layer.layer(service_fn(move |_: Request<()>| async move {
            let response = Response::builder().status(status).body(Full::<Bytes>::default());
            Ok::<_, BoxError>(response.unwrap())
        }));
        for _ in 0..20 {
            let _ = client.clone().oneshot(Request::new(())).await;
        }
        assert_eq!(layer.handle().state(), state, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn s_12_a_code_in_the_trailers_decides() {
    let layer = layer().classify(Grpc).until_body_end();
    let client = layer.layer(service_fn(|_: Request<()>| async {
        let trailers = HeaderMap::from_iter([(GRPC_STATUS, HeaderValue::from_static("14"))]);
        let body = Full::new(Bytes::from_static(b"half an answer"));
        let body = body.with_trailers(async move { Some(Ok::<_, Infallible>(trailers)) });
        Ok::<_, BoxError>(Response::new(body))
    }));
    for call in 0..10 {
        assert_eq!(layer.handle().snapshot().failures(), call);
        let response = client.clone().oneshot(Request::new(())).await.unwrap();
        assert_eq!(layer.handle().snapshot().failures(), call);
        response.into_body().collect().await.unwrap();
    }
    assert_eq!(layer.handle().state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn s_12_a_body_that_breaks_is_a_failure_and_one_that_is_dropped_young_is_neutral() {
    let layer = layer().until_body_end();
    let client = layer.layer(service_fn(|_: Request<()>| async {
        let (mut sender, body) = Channel::<Bytes, BoxError>::new(1);
        tokio::spawn(async move {
            let _ = sender.send_data(Bytes::from_static(b"half")).await;
            sleep(ms(10)).await;
            sender.abort("the line is cut".into());
        });
        Ok::<_, BoxError>(Response::new(body))
    }));
    let response = client.clone().oneshot(Request::new(())).await.unwrap();
    response.into_body().collect().await.unwrap_err();
    assert_eq!(layer.handle().snapshot().failures(), 1);

    let mut body = Box::pin(client.oneshot(Request::new(())).await.unwrap().into_body());
    body.frame().await.unwrap().unwrap();
    drop(body);
    assert_eq!(layer.handle().snapshot().calls(), 1);
}
