//! Who is let in at once, and what gives a place back.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ms_core::availability::{Availability, Available};
use ms_core::clock::{Instant, now};
use ms_core::registry::Registry;
use ms_core::rejection::{Fault, Kind, Rejectable, Rejection};
use ms_core::testing::laws;
use ms_core::testing::probe::{Answer, Probe};
use ms_core::testing::wakes::Wakes;
use ms_core::verdict::{self, Failure, Verdict};
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

use super::super::{BulkheadConfig, BulkheadLayer, CLOSED, DEADLINE, FULL, WAIT};
use super::{Stand, is, ms, poll, result};

fn layer(config: &BulkheadConfig) -> BulkheadLayer {
    BulkheadLayer::new("laws", config).unwrap().registry(&Registry::new())
}

#[tokio::test(start_paused = true)]
async fn s_10_a_bulkhead_keeps_the_laws() {
    laws::check(|| BulkheadLayer::named("laws").registry(&Registry::new())).await;
}

#[tokio::test(start_paused = true)]
async fn s_10_a_bulkhead_with_a_single_place_and_a_queue_keeps_the_laws() {
    let config = BulkheadConfig::new(1).max_queue(1000).max_wait(ms(60_000));
    // With one place for all services of the layer (S-9), one that hangs keeps out the others.
    let except = ["services_of_one_layer_live_apart"];
    laws::check_except(&except, || layer(&config)).await;
}

#[tokio::test]
async fn s_bh_1_what_finds_no_place_is_rejected_at_once() {
    let mut stand = Stand::new(&BulkheadConfig::new(2));
    let (_one, _two) = (stand.pending(1), stand.pending(2));

    let rejected = result(&mut stand.call(3));

    assert!(is(&rejected, &FULL));
    assert_eq!((stand.counts(), stand.inner.seen().calls), ((2, 0), 2));
}

#[tokio::test]
async fn s_bh_1_no_place_at_all_closes_it() {
    let mut stand = Stand::new(&BulkheadConfig::new(0).max_queue(10));
    let rejected = result(&mut stand.call(1));
    assert!(is(&rejected, &CLOSED));
    assert_eq!(stand.inner.seen().calls, 0);

    stand.handle.resize(1).unwrap();
    let mut call = stand.pending(2);
    stand.inner.release_all();
    assert_eq!(result(&mut call).ok(), Some(2));
}

#[test]
fn s_3_every_rejection_is_our_own_and_none_of_them_is_held_against_the_peer() {
    for reason in [&FULL, &WAIT, &DEADLINE, &CLOSED] {
        assert_eq!(reason.fault(), Fault::Local);
        let harsh = |_: Result<&(), &Rejection>| Verdict::Failure(Failure::IF_SAFE);
        let rejection = Rejection::new(reason, "users");
        assert_eq!(verdict::judge(&harsh, Err(&rejection)), Some(Verdict::Neutral));
    }
    assert_eq!([&FULL, &WAIT, &CLOSED].map(|reason| reason.kind()), [Kind::Unavailable; 3]);
    assert_eq!(DEADLINE.kind(), Kind::Deadline);
}

#[tokio::test]
async fn s_4_an_answer_an_error_and_a_drop_give_the_place_back() {
    let mut stand = Stand::new(&BulkheadConfig::new(1));

    let mut answered = stand.pending(1);
    stand.inner.release(1);
    assert_eq!(result(&mut answered).ok(), Some(1));
    assert_eq!(stand.counts(), (0, 0)); // though the future is still there

    stand.inner.respond(|_| Answer::error(Rejection::new(&FULL, "inside")));
    assert!(is(&result(&mut stand.call(2)), &FULL));
    assert_eq!(stand.counts(), (0, 0));

    stand.inner.respond(|_| Answer::never());
    let dropped = stand.pending(3);
    assert_eq!(stand.counts(), (1, 0));
    drop(dropped);
    assert_eq!(stand.counts(), (0, 0));
}

#[tokio::test]
async fn s_4_a_call_that_is_never_polled_gives_its_place_back() {
    let mut stand = Stand::new(&BulkheadConfig::new(1));
    let unpolled = stand.call(1);
    assert_eq!(stand.counts(), (1, 0));
    drop(unpolled);
    assert_eq!(stand.counts(), (0, 0));
}

#[tokio::test]
async fn s_4_a_panic_in_call_and_in_poll_gives_the_place_back() {
    let mut stand = Stand::new(&BulkheadConfig::new(1));
    stand.inner.respond(|_| Answer::panic_in_call());
    catch_unwind(AssertUnwindSafe(|| stand.call(1))).unwrap_err();
    assert_eq!(stand.counts(), (0, 0));

    stand.inner.respond(|_| Answer::panic_in_poll());
    let mut call = stand.call(2);
    catch_unwind(AssertUnwindSafe(|| poll(&mut call))).unwrap_err();
    drop(call);
    assert_eq!(stand.counts(), (0, 0));
}

#[tokio::test]
async fn s_10_a_call_that_is_rejected_leaves_the_service_ready_as_it_was() {
    let mut stand = Stand::new(&BulkheadConfig::new(1));
    let first = stand.pending(1);
    assert!(is(&result(&mut stand.call(2)), &FULL));
    assert_eq!(stand.inner.seen().idle_ready, 1);

    drop(first);
    let mut third = stand.pending(3);
    stand.inner.release_all();
    assert_eq!(result(&mut third).ok(), Some(3));
    let seen = stand.inner.seen();
    assert_eq!((seen.idle_ready, seen.unready_calls, seen.clones), (0, 0, 0));
}

#[tokio::test]
async fn s_10_services_that_are_ready_and_idle_hold_no_place() {
    let mut stand = Stand::new(&BulkheadConfig::new(1));
    let mut idle: Vec<_> = (0..100).map(|_| stand.service.clone()).collect();
    for service in &mut idle {
        assert!(Wakes::new().poll_ready(service).is_ready());
    }
    assert_eq!(stand.counts(), (0, 0));
    let _call = stand.pending(1);
}

#[tokio::test]
async fn s_14_the_error_of_the_service_passes_as_it_is() {
    let failing =
        service_fn(|(): ()| async { Err::<(), ms_core::rejection::BoxError>("broken".into()) });
    let error = BulkheadLayer::named("users").layer(failing).oneshot(()).await.unwrap_err();
    assert!(error.to_string() == "broken" && error.as_rejection().is_none());
}

#[tokio::test]
async fn a_future_that_has_answered_does_nothing_when_it_is_polled_again() {
    let mut stand = Stand::new(&BulkheadConfig::new(0));
    let mut call = stand.call(1);
    assert!(is(&result(&mut call), &CLOSED));
    assert!(poll(&mut call).is_pending());
}

#[tokio::test]
async fn a_bulkhead_inside_another_is_asked_only_for_what_the_outer_lets_in() {
    let registry = Registry::new();
    let named = |name, limit| {
        BulkheadLayer::new(name, &BulkheadConfig::new(limit)).unwrap().registry(&registry)
    };
    let (outer, inner) = (named("outer", 1), named("inner", 5));
    let (probe, _) = Probe::<u32, u32, Rejection>::with_error(|_| Answer::never());
    let mut stack = ServiceBuilder::new().layer(outer.clone()).layer(inner.clone()).service(probe);
    let first = stack.ready().await.unwrap().call(1);
    let rejected = stack.ready().await.unwrap().call(2).await.unwrap_err();
    assert_eq!(rejected.name().as_str(), "outer");
    assert_eq!(inner.handle().snapshot().in_flight, 1);
    drop(first);
    assert_eq!(inner.handle().snapshot().in_flight, 0);
}

#[test]
fn a_closed_bulkhead_says_that_it_is_not_worth_calling() {
    #[derive(Clone)]
    struct Always;
    impl Available for Always {
        fn availability(&self, _: Instant) -> Availability {
            Availability::Now
        }
    }
    let layer = BulkheadLayer::named("users").registry(&Registry::new());
    let service = layer.layer(Always);
    assert_eq!(service.availability(now()), Availability::Now);
    layer.handle().resize(0).unwrap();
    assert_eq!(service.availability(now()), Availability::Closed);
}
