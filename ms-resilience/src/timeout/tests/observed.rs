//! What an observer sees.

use std::panic::AssertUnwindSafe;
use std::pin::pin;

use ms_core::clock::sleep;
use ms_core::context::Context;
use ms_core::deadline::Deadline;
use ms_core::registry::{Field, Heard, Registry};
use ms_core::rejection::{Rejectable, Rejection};
use ms_core::testing::probe::{Answer, Probe};
use ms_core::testing::wakes::Wakes;
use tower::{Layer, ServiceExt};

use super::super::TimeoutLayer;
use super::{count, hung, ms, slow};

#[tokio::test(start_paused = true)]
async fn every_call_is_counted_once_by_how_it_ended() {
    let registry = Registry::new();
    let layer = TimeoutLayer::attempt(ms(500)).registry(&registry);
    let (probe, _) = slow();
    let client = layer.layer(probe);

    client.clone().oneshot(0).await.unwrap();
    client.clone().oneshot(400).await.unwrap();
    client.clone().oneshot(600).await.unwrap_err();
    let soon = Context::new().with_deadline(Deadline::after(ms_core::clock::now(), ms(50)));
    soon.scope(client.clone().oneshot(600)).await.unwrap_err();

    let counts = ["completed", "timed_out", "deadline", "cancelled"].map(|o| count(&registry, o));
    assert_eq!(counts, [2, 1, 1, 0]);
}

#[tokio::test(start_paused = true)]
async fn s_to_5_a_caller_that_goes_away_is_never_reported_as_a_timeout() {
    let registry = Registry::new();
    let (probe, handle) = hung();
    let client = TimeoutLayer::total(ms(500)).registry(&registry).layer(probe);

    let mut call = pin!(client.clone().oneshot(7));
    assert!(Wakes::new().poll(call.as_mut()).is_pending());
    sleep(ms(100)).await;
    call.set(client.clone().oneshot(7)); // drops the call; this one is never polled

    assert_eq!((count(&registry, "cancelled"), count(&registry, "timed_out")), (1, 0));
    assert_eq!(handle.seen().in_flight, 0);
}

#[tokio::test(start_paused = true)]
async fn s_5_a_panic_inside_goes_on_unwinding_and_the_call_is_counted() {
    let registry = Registry::new();
    let layer = TimeoutLayer::attempt(ms(500)).registry(&registry);
    let (probe, _) = Probe::<u32, u32, Rejection>::with_error(|_| Answer::panic_in_poll());
    let call = AssertUnwindSafe(layer.layer(probe).oneshot(7));
    tokio::spawn(call.0).await.unwrap_err();
    assert_eq!(count(&registry, "cancelled"), 1);
}

#[tokio::test(start_paused = true)]
async fn s_5_a_panic_in_the_call_itself_is_counted_once_and_the_layer_goes_on() {
    let (attempts, totals) = (Registry::new(), Registry::new());
    let (probe, _) = Probe::<u32, u32, Rejection>::with_error(|request| match request {
        0 => Answer::panic_in_call(),
        request => Answer::ready(request),
    });
    let attempt = TimeoutLayer::attempt(ms(500)).registry(&attempts).layer(probe.clone());
    let total = TimeoutLayer::total(ms(500)).registry(&totals).layer(probe);
    assert!(tokio::spawn(attempt.clone().oneshot(0)).await.unwrap_err().is_panic());
    assert!(tokio::spawn(total.clone().oneshot(0)).await.unwrap_err().is_panic());

    assert_eq!(attempt.clone().oneshot(7).await.ok(), Some(7));
    assert_eq!(total.clone().oneshot(7).await.ok(), Some(7));
    for registry in [attempts, totals] {
        let outcomes = ["completed", "timed_out", "deadline", "cancelled"];
        assert_eq!(outcomes.map(|outcome| count(&registry, outcome)), [1, 0, 0, 1]);
    }
}

#[tokio::test(start_paused = true)]
async fn s_13_many_timeouts_are_one_event_a_second_and_none_is_lost() {
    let registry = Registry::new();
    let mut events = registry.subscribe();
    let (probe, _) = hung();
    let client = TimeoutLayer::attempt(ms(500)).name("users").registry(&registry).layer(probe);

    let calls: Vec<_> = (0..100).map(|_| tokio::spawn(client.clone().oneshot(7))).collect();
    for call in calls {
        call.await.unwrap().unwrap_err();
    }
    sleep(ms(2000)).await;
    client.oneshot(7).await.unwrap_err();

    let told: Vec<_> = std::iter::from_fn(|| events.try_next())
        .filter_map(|heard| match heard {
            Heard::Event(event) => event.field("count").cloned(),
            Heard::Missed(_) => None,
        })
        .collect();
    assert_eq!(told, [Field::Count(1), Field::Count(100)]);
}

#[tokio::test(start_paused = true)]
async fn a_rejection_says_which_policy_and_which_limit() {
    let (probe, _) = hung();
    let layer = TimeoutLayer::attempt(ms(500)).name("users").registry(&Registry::new());
    let error = layer.layer(probe).oneshot(7).await.unwrap_err();
    let rejection = error.as_rejection().unwrap();
    assert_eq!(rejection.name().as_str(), "users");
    assert_eq!(rejection.numbers().collect::<Vec<_>>(), [("limit_ms", 500)]);
}

#[test]
fn a_policy_that_nobody_wired_up_is_in_the_global_registry() {
    let _layer = TimeoutLayer::named("seen-without-wiring");
    let policy = Registry::global().get("timeout", "seen-without-wiring").unwrap();
    assert_eq!(policy.described().to_string(), "timeout seen-without-wiring: 1s");
}
