//! What a client gives on.

use std::future::pending;
use std::pin::pin;
use std::task::Poll;

use http::header::CONTENT_TYPE;
use http::{Request, Response};
use ms_core::clock::{now, sleep};
use ms_core::context::Context;
use ms_core::deadline::{Deadline, Limit};
use ms_core::http::headers::{GRPC_TIMEOUT, X_ENVOY_EXPECTED_RQ_TIMEOUT_MS as TIMEOUT_MS};
use ms_core::registry::Registry;
use ms_core::rejection::Rejection;
use ms_core::testing::laws;
use ms_core::testing::wakes::Wakes;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

use super::super::{DeadlineConfig, EXPIRED, PropagateDeadlineConfig, PropagateDeadlineLayer};
use super::{fragile, mirror, ms, outcome, plain, server};

/// Keeps back `margin` for the way.
fn client(margin: u64) -> PropagateDeadlineLayer {
    let config = PropagateDeadlineConfig::default().margin(ms(margin));
    PropagateDeadlineLayer::new("users", &config).unwrap().registry(&Registry::new())
}

#[tokio::test(start_paused = true)]
async fn s_10_a_client_with_deadlines_keeps_the_laws() {
    laws::check(|| {
        ServiceBuilder::new()
            .map_request(|n: u32| Request::get("/").body(n).unwrap())
            .layer(PropagateDeadlineLayer::named("users"))
            .map_request(|request: Request<u32>| request.into_body())
            .into_inner()
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn s_to_3_a_client_gives_on_what_remains_less_the_margin() {
    let client = PropagateDeadlineLayer::named("users").layer(mirror());
    let context = Context::new().with_deadline(Deadline::after(now(), ms(500)));
    sleep(ms(100)).await;
    let mut request = plain();
    request.headers_mut().insert(CONTENT_TYPE, "application/grpc+proto".parse().unwrap());

    let sent = context.scope(client.oneshot(request)).await.unwrap();

    assert_eq!(
        (&sent[TIMEOUT_MS], &sent[GRPC_TIMEOUT]),
        (&"395".parse().unwrap(), &"395000u".parse().unwrap(),)
    );
}

#[tokio::test(start_paused = true)]
async fn s_to_3_a_limit_that_has_not_started_is_given_on_whole() {
    let client = PropagateDeadlineLayer::named("users").layer(mirror());
    let context = Context::new().with_limit(Limit::within(ms(500)));
    let sent = context.scope(client.oneshot(plain())).await.unwrap();
    assert_eq!(sent[TIMEOUT_MS], "495");
}

#[tokio::test(start_paused = true)]
async fn s_to_3_without_a_margin_all_that_remains_is_given_on() {
    let context = Context::new().with_deadline(Deadline::after(now(), ms(500)));
    let sent = context.scope(client(0).layer(mirror()).oneshot(plain())).await.unwrap();
    assert_eq!(sent[TIMEOUT_MS], "500");
}

#[tokio::test(start_paused = true)]
async fn a_request_without_a_deadline_is_sent_as_it_is() {
    let client = PropagateDeadlineLayer::named("users").layer(mirror());
    assert!(client.oneshot(plain()).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn s_to_3_a_request_that_has_less_time_than_the_margin_is_not_sent() {
    let client = client(1000).layer(mirror());
    for limit in [Limit::until(Deadline::after(now(), ms(500))), Limit::within(ms(500))] {
        let context = Context::new().with_limit(limit);
        let refused = context.scope(client.clone().oneshot(plain())).await.unwrap_err();
        assert!(refused.is(&EXPIRED));
        assert_eq!(refused.numbers().collect::<Vec<_>>(), [("remaining_ms", 500)]);
    }
}

#[tokio::test(start_paused = true)]
async fn s_to_4_a_request_for_which_no_time_is_left_is_not_sent() {
    let registry = Registry::new();
    let layer = PropagateDeadlineLayer::named("users").registry(&registry);
    let never =
        service_fn(|_: Request<()>| async { panic!("sent") as Result<Response<()>, Rejection> });
    let context = Context::new().with_deadline(Deadline::after(now(), ms(5)));
    let refused = context.scope(layer.layer(never).oneshot(plain())).await.unwrap_err();
    assert!(refused.is(&EXPIRED));
    assert_eq!(outcome(&registry, "refused"), 1.0);
}

#[tokio::test(start_paused = true)]
async fn s_to_3_a_header_of_ones_choice_is_read_and_written() {
    let config = DeadlineConfig::default().header("x-budget-ms");
    let client_config = PropagateDeadlineConfig::default().header("x-budget-ms").margin(ms(0));
    let client = PropagateDeadlineLayer::new("users", &client_config).unwrap().layer(mirror());
    let service = server(&Registry::new(), &config).layer(client);
    let request = Request::get("/").header("x-budget-ms", "800").body(()).unwrap();
    assert_eq!(service.oneshot(request).await.unwrap()["x-budget-ms"], "800");
}

#[tokio::test(start_paused = true)]
async fn s_to_5_a_caller_that_goes_away_cancels_what_was_sent() {
    let registry = Registry::new();
    let layer = PropagateDeadlineLayer::named("users").registry(&registry);
    let hung = service_fn(|_: Request<()>| pending::<Result<(), Rejection>>());
    let request = tokio::spawn(layer.layer(hung).oneshot(plain()));
    sleep(ms(100)).await;
    request.abort();
    assert!(request.await.unwrap_err().is_cancelled());
    assert_eq!((outcome(&registry, "cancelled"), outcome(&registry, "completed")), (1.0, 0.0));
}

/// Outside a runtime a timer cannot be made: it would panic.
#[test]
fn s_to_6_a_deadline_is_given_on_without_a_timer() {
    let mut client = client(5).layer(fragile());
    let wakes = Wakes::new();
    assert!(wakes.poll_ready(&mut client).is_ready());
    let mut context = Context::new().with_deadline(Deadline::after(now(), ms(500)));
    let mut sent = pin!(context.enter(|| client.call(plain())));
    assert!(matches!(wakes.poll(sent.as_mut()), Poll::Ready(Ok(()))));
}

#[tokio::test(start_paused = true)]
async fn s_5_a_panic_of_the_transport_is_counted_once_and_the_client_goes_on() {
    let registry = Registry::new();
    let client = PropagateDeadlineLayer::named("users").registry(&registry).layer(fragile());
    let broken = Request::get("/panic").body(()).unwrap();

    let panic = tokio::spawn(client.clone().oneshot(broken)).await.unwrap_err();
    client.clone().oneshot(plain()).await.unwrap();

    assert!(panic.is_panic());
    let ended = ["completed", "refused", "cancelled"].map(|o| outcome(&registry, o));
    assert_eq!(ended, [1.0, 0.0, 1.0]);
}
