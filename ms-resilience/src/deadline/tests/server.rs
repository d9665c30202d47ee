//! What a server does with the deadline of a request.

use std::future::pending;
use std::pin::pin;
use std::task::Poll;

use http::Request;
use http::header::HeaderName;
use ms_core::clock::{later, now, sleep};
use ms_core::context::Context;
use ms_core::deadline::{Deadline, Limit};
use ms_core::http::headers::{GRPC_TIMEOUT, X_ENVOY_EXPECTED_RQ_TIMEOUT_MS as TIMEOUT_MS};
use ms_core::registry::{Field, Heard, Registry};
use ms_core::rejection::Rejection;
use ms_core::testing::laws;
use ms_core::testing::reading::value;
use ms_core::testing::wakes::Wakes;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

use super::super::{DeadlineConfig, DeadlineLayer, EXCEEDED, IGNORED_HEADERS};
use super::{asks, fragile, handler, ms, outcome, plain, server};

fn hung() -> impl Service<Request<()>, Response = (), Error = Rejection, Future: Send> + Clone {
    service_fn(|_: Request<()>| pending())
}

#[tokio::test(start_paused = true)]
async fn s_10_a_server_with_deadlines_keeps_the_laws() {
    laws::check(|| {
        ServiceBuilder::new()
            .map_request(|n: u32| Request::get("/").header(TIMEOUT_MS, "5000").body(n).unwrap())
            .layer(DeadlineLayer::new())
            .map_request(|request: Request<u32>| request.into_body())
            .into_inner()
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn s_to_3_a_request_is_given_up_when_the_time_of_its_caller_is_over() {
    let registry = Registry::new();
    let layer = server(&registry, &DeadlineConfig::default());
    let start = now();
    let rejection = layer.layer(handler(5000)).oneshot(asks(500)).await.unwrap_err();
    assert!(rejection.is(&EXCEEDED));
    assert_eq!(now(), later(start, ms(500)));
    assert_eq!((outcome(&registry, "exceeded"), outcome(&registry, "cancelled")), (1.0, 0.0));
}

#[tokio::test(start_paused = true)]
async fn s_to_1_an_answer_at_the_last_moment_counts() {
    let service = DeadlineLayer::new().layer(handler(500));
    let seen = service.oneshot(asks(500)).await.unwrap();
    assert_eq!(seen, Some(Deadline::at(now())));
}

#[tokio::test(start_paused = true)]
async fn s_to_3_the_server_caps_what_a_caller_asks_for() {
    let layer = server(&Registry::new(), &DeadlineConfig::default().max(ms(2000)));
    let start = now();
    let seen = layer.layer(handler(10)).oneshot(asks(u64::MAX)).await.unwrap();
    assert_eq!(seen, Some(Deadline::after(start, ms(2000))));
}

#[tokio::test(start_paused = true)]
async fn s_to_3_what_brings_no_deadline_has_what_the_server_gives_it() {
    let none = server(&Registry::new(), &DeadlineConfig::default());
    assert_eq!(none.layer(handler(0)).oneshot(plain()).await.unwrap(), None);

    let config = DeadlineConfig::default().unless_given(ms(700));
    let some = server(&Registry::new(), &config);
    let start = now();
    let seen = some.layer(handler(10)).oneshot(plain()).await.unwrap();
    assert_eq!(seen, Some(Deadline::after(start, ms(700))));
}

#[tokio::test(start_paused = true)]
async fn s_to_3_what_brings_no_deadline_is_given_up_when_the_time_of_the_server_is_over() {
    let registry = Registry::new();
    let layer = server(&registry, &DeadlineConfig::default().unless_given(ms(700)));
    let start = now();
    let rejection = layer.layer(hung()).oneshot(plain()).await.unwrap_err();
    assert!(rejection.is(&EXCEEDED));
    assert_eq!(now(), later(start, ms(700)));
    assert_eq!(outcome(&registry, "exceeded"), 1.0);
}

#[tokio::test(start_paused = true)]
async fn s_to_2_a_deadline_that_somebody_further_out_enforces_is_left_to_it() {
    let layer = server(&Registry::new(), &DeadlineConfig::default());
    let start = now();
    let guarded = Context::new().with_deadline(Deadline::after(start, ms(300))).guarded();
    let rejection = guarded.scope(layer.layer(hung()).oneshot(asks(500))).await.unwrap_err();
    assert!(rejection.is(&EXCEEDED));
    assert_eq!(now(), later(start, ms(500)));
}

#[tokio::test(start_paused = true)]
async fn s_to_2_a_limit_that_has_not_started_ends_a_request_as_well() {
    let layer = server(&Registry::new(), &DeadlineConfig::default());
    for request in [asks(500), plain()] {
        let start = now();
        let context = Context::new().with_limit(Limit::within(ms(300)));
        let rejection = context.scope(layer.layer(hung()).oneshot(request)).await.unwrap_err();
        assert!(rejection.is(&EXCEEDED));
        assert_eq!(now(), later(start, ms(300)));
    }
}

#[tokio::test(start_paused = true)]
async fn s_to_3_headers_that_make_no_sense_are_ignored_with_an_event() {
    let registry = Registry::new();
    let layer = server(&registry, &DeadlineConfig::default());
    let mut events = registry.subscribe();
    for bad in ["-5", "1e3", "99999999999999999999999", "soon", ""] {
        let request = Request::get("/").header(TIMEOUT_MS, bad).body(()).unwrap();
        assert_eq!(layer.layer(handler(0)).oneshot(request).await.unwrap(), None);
    }
    assert_eq!(value(&registry, IGNORED_HEADERS.name(), &[]), Some(5.0));
    let Some(Heard::Event(event)) = events.try_next() else { panic!("no event") };
    assert_eq!((event.what, event.field("count")), ("header_ignored", Some(&Field::Count(1))));
    assert_eq!(events.try_next(), None);
}

#[tokio::test(start_paused = true)]
async fn s_to_3_a_header_that_a_request_has_twice_is_ignored_with_an_event() {
    let registry = Registry::new();
    let layer = server(&registry, &DeadlineConfig::default().header("x-budget-ms"));
    let mut events = registry.subscribe();
    for name in [TIMEOUT_MS, GRPC_TIMEOUT, HeaderName::from_static("x-budget-ms")] {
        let twice = Request::get("/").header(&name, "10").header(&name, "20").body(()).unwrap();
        assert_eq!(layer.layer(handler(100)).oneshot(twice).await.unwrap(), None);
    }
    assert_eq!(value(&registry, IGNORED_HEADERS.name(), &[]), Some(3.0));
    let Some(Heard::Event(event)) = events.try_next() else { panic!("no event") };
    assert_eq!((event.what, event.field("count")), ("header_ignored", Some(&Field::Count(1))));
}

#[tokio::test(start_paused = true)]
async fn s_to_5_a_caller_that_goes_away_is_not_reported_as_a_deadline() {
    let registry = Registry::new();
    let layer = server(&registry, &DeadlineConfig::default());
    let request = tokio::spawn(layer.layer(hung()).oneshot(asks(500)));
    sleep(ms(100)).await;
    request.abort();
    assert!(request.await.unwrap_err().is_cancelled());
    assert_eq!((outcome(&registry, "cancelled"), outcome(&registry, "exceeded")), (1.0, 0.0));
}

/// Outside a runtime a timer cannot be made: it would panic.
#[test]
fn s_to_6_a_request_that_is_answered_at_once_makes_no_timer() {
    let mut service = server(&Registry::new(), &DeadlineConfig::default()).layer(fragile());
    let wakes = Wakes::new();
    assert!(wakes.poll_ready(&mut service).is_ready());
    assert!(matches!(wakes.poll(pin!(service.call(asks(500)))), Poll::Ready(Ok(()))));
}

#[tokio::test(start_paused = true)]
async fn s_5_a_panic_of_the_handler_is_counted_once_and_the_server_goes_on() {
    let registry = Registry::new();
    let service = server(&registry, &DeadlineConfig::default()).layer(fragile());
    let broken = Request::get("/panic").header(TIMEOUT_MS, "500").body(()).unwrap();

    let panic = tokio::spawn(service.clone().oneshot(broken)).await.unwrap_err();
    service.clone().oneshot(asks(500)).await.unwrap();

    assert!(panic.is_panic());
    let ended = ["completed", "refused", "exceeded", "cancelled"].map(|o| outcome(&registry, o));
    assert_eq!(ended, [1.0, 0.0, 0.0, 1.0]);
}
