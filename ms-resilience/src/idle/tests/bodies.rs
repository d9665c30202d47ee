//! When a body is given up.

use std::convert::Infallible;
use std::future::ready;
use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Empty, Full};
use ms_core::clock::{later, now};
use ms_core::registry::Registry;
use ms_core::testing::laws;
use ms_core::testing::wakes::Wakes;
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};

use super::super::{IdleBody, IdleTimeoutConfig, IdleTimeoutLayer};
use super::{Chunks, count, drips, is_stalled, seconds, server};

#[tokio::test(start_paused = true)]
async fn s_10_an_idle_limit_of_responses_keeps_the_laws() {
    laws::check(|| {
        ServiceBuilder::new()
            .map_response(|response: Response<_>| {
                response.extensions().get::<u32>().copied().unwrap()
            })
            .layer(IdleTimeoutLayer::after(seconds(10)))
            .map_response(|n: u32| {
                let mut response = Response::new(Empty::<Bytes>::new());
                response.extensions_mut().insert(n);
                response
            })
            .into_inner()
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn s_10_an_idle_limit_of_requests_keeps_the_laws() {
    laws::check(|| {
        ServiceBuilder::new()
            .map_request(|n: u32| {
                let mut request = Request::new(Empty::<Bytes>::new());
                request.extensions_mut().insert(n);
                request
            })
            .layer(IdleTimeoutLayer::after(seconds(10)).of_requests())
            .map_request(|request: Request<_>| request.extensions().get::<u32>().copied().unwrap())
            .into_inner()
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_body_that_goes_on_may_take_as_long_as_it_takes() {
    let registry = Registry::new();
    let layer = IdleTimeoutLayer::after(seconds(10)).registry(&registry);
    let response = layer.layer(server(&[9; 100])).oneshot(Request::new(())).await.unwrap();
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes().len(), 100);
    assert_eq!(count(&registry, "completed"), 1.0);
}

#[tokio::test(start_paused = true)]
async fn s_to_5_a_body_that_stands_still_is_given_up_and_counted() {
    let registry = Registry::new();
    let layer = IdleTimeoutLayer::after(seconds(10)).name("feed").registry(&registry);
    let response = layer.layer(server(&[9, 11])).oneshot(Request::new(())).await.unwrap();
    assert!(is_stalled(&response.into_body().collect().await));
    assert_eq!((count(&registry, "stalled"), count(&registry, "cancelled")), (1.0, 0.0));
}

#[tokio::test(start_paused = true)]
async fn s_to_5_short_waits_add_up_until_enough_has_come() {
    let config = IdleTimeoutConfig::default().limit(seconds(5)).bytes(3);
    let layer = IdleTimeoutLayer::new("feed", &config).unwrap().registry(&Registry::new());
    let start = now();
    // Three bytes are progress after 3 s; the next two come within 4 s, and the third too late.
    let server = server(&[1, 1, 1, 2, 2, 2]);
    let response = layer.layer(server).oneshot(Request::new(())).await.unwrap();
    assert!(is_stalled(&response.into_body().collect().await));
    assert_eq!(now(), later(start, seconds(3 + 5)));
}

#[tokio::test(start_paused = true)]
async fn s_to_5_a_reader_that_goes_away_is_never_reported_as_a_stall() {
    let registry = Registry::new();
    let layer = IdleTimeoutLayer::after(seconds(10)).registry(&registry);
    let response = layer.layer(server(&[1, 1])).oneshot(Request::new(())).await.unwrap();
    let mut body = Box::pin(response.into_body());
    body.frame().await.unwrap().unwrap();
    drop(body);
    assert_eq!((count(&registry, "stalled"), count(&registry, "cancelled")), (0.0, 1.0));
}

#[tokio::test(start_paused = true)]
async fn s_to_5_an_upload_that_drips_is_given_up() {
    let registry = Registry::new();
    let config = IdleTimeoutConfig::default().limit(seconds(5)).bytes(1024);
    let layer = IdleTimeoutLayer::new("uploads", &config).unwrap().registry(&registry);
    let layer = layer.of_requests();
    let handler = service_fn(|request: Request<IdleBody<Chunks>>| async {
        Ok::<_, Infallible>(request.into_body().collect().await.map(|_| ()))
    });
    let read = layer.layer(handler).oneshot(Request::new(drips(&[1; 60])));
    assert!(is_stalled(&read.await.unwrap()));
    assert_eq!(count(&registry, "stalled"), 1.0);
}

/// Outside a runtime a timer cannot be made: it would panic.
#[test]
fn s_to_6_a_response_that_is_read_at_once_makes_no_timer() {
    let whole =
        |_: Request<()>| ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("all"))));
    let layer = IdleTimeoutLayer::after(seconds(10)).registry(&Registry::new());
    let read = async {
        let response = layer.layer(service_fn(whole)).oneshot(Request::new(())).await.unwrap();
        response.into_body().collect().await.unwrap().to_bytes()
    };
    assert_eq!(Wakes::new().poll(pin!(read)), Poll::Ready(Bytes::from("all")));
}
