//! The laws, and calls that are given up or panic.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ms_core::availability::AlwaysAvailable;
use ms_core::rejection::Rejectable;
use ms_core::testing::laws;
use ms_core::testing::probe::{Answer, Probe};
use ms_core::testing::wakes::Wakes;
use tokio::time::advance;
use tower::layer::layer_fn;
use tower::{Service, ServiceExt};

use super::super::{EndpointStanding, Failover, FailoverConfig};
use super::{Stand, config, ms, stand};

#[tokio::test(start_paused = true)]
async fn s_10_a_failover_with_one_endpoint_keeps_the_laws() {
    laws::check(|| {
        layer_fn(|probe| {
            let failover = Failover::named("users", [AlwaysAvailable::new(probe)]).unwrap();
            failover.plain(|_: &u32| true)
        })
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn s_10_a_failover_with_two_endpoints_keeps_the_laws_but_answers_for_the_first() {
    laws::check_except(&["a_readiness_error_is_transient"], || {
        layer_fn(|probe: Probe<u32, u32>| {
            let endpoints = [probe.clone(), probe].map(AlwaysAvailable::new);
            Failover::named("users", endpoints).unwrap().plain(|_: &u32| false)
        })
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn s_9_all_clones_are_one_failover() {
    let stand = stand();
    stand.breaks(0);
    let clones: Vec<_> = (0..5).map(|_| stand.users.clone()).collect();
    for clone in clones {
        clone.oneshot(2).await.unwrap();
    }
    assert_eq!(stand.standing(0), EndpointStanding::Away);
    assert_eq!(stand.registry.policies().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn s_4_a_call_that_is_dropped_is_counted_and_says_nothing_while_it_is_young() {
    let stand = Stand::new(&config().failures(1), 2);
    stand.says(0, Answer::never);
    let wakes = Wakes::new();
    let mut call = Box::pin(stand.call(2));
    assert!(wakes.poll(call.as_mut()).is_pending());
    advance(ms(999)).await;
    drop(call);
    assert_eq!((stand.counted("cancelled"), stand.standing(0)), (1.0, EndpointStanding::Trusted));
    assert_eq!(stand.handle.endpoints()[0].last_failure, None);
}

#[tokio::test(start_paused = true)]
async fn s_5_a_call_that_is_dropped_when_it_is_old_is_a_failure_of_the_endpoint() {
    let stand = Stand::new(&config().failures(1), 2);
    stand.says(0, Answer::never);
    let wakes = Wakes::new();
    let mut call = Box::pin(stand.call(2));
    assert!(wakes.poll(call.as_mut()).is_pending());
    advance(ms(1000)).await;
    drop(call);
    assert_eq!((stand.counted("cancelled"), stand.standing(0)), (1.0, EndpointStanding::Away));
}

#[cfg(feature = "timeout")]
#[tokio::test(start_paused = true)]
async fn s_5_a_primary_that_hangs_under_a_total_timeout_is_left() {
    use crate::timeout::TimeoutLayer;
    use tower::Layer;

    let stand = stand();
    stand.says(0, Answer::never);
    let users = TimeoutLayer::total(ms(2000)).layer(stand.users.clone());
    for _ in 0..5 {
        let error = users.clone().oneshot(2).await.unwrap_err();
        assert!(error.as_rejection().is_some());
    }
    assert_eq!(users.oneshot(2).await.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn s_4_a_call_that_is_never_polled_is_counted_once() {
    let stand = stand();
    let mut users = stand.users.clone();
    drop(users.ready().await.unwrap().call(2));
    stand.endpoints[0].not_ready();
    drop(users.ready().await.unwrap().call(2));
    assert_eq!(stand.counted("cancelled"), 2.0);
    assert_eq!(stand.standing(0), EndpointStanding::Trusted);
}

#[tokio::test(start_paused = true)]
async fn s_4_a_call_that_is_dropped_at_the_second_endpoint_drops_what_runs_there() {
    let stand = stand();
    stand.breaks(0);
    stand.says(1, Answer::never);
    let wakes = Wakes::new();
    let mut call = Box::pin(stand.call(2));
    assert!(wakes.poll(call.as_mut()).is_pending());
    assert_eq!(stand.endpoints[1].seen().in_flight, 1);
    drop(call);
    assert_eq!((stand.endpoints[1].seen().in_flight, stand.counted("cancelled")), (0, 1.0));
}

#[tokio::test(start_paused = true)]
async fn s_5_a_panic_is_a_failure_of_the_endpoint_and_goes_on() {
    for script in [Answer::panic_in_call, Answer::panic_in_poll] {
        let stand = Stand::new(&config().failures(1), 2);
        stand.says(0, script);
        let mut users = stand.users.clone();
        users.ready().await.unwrap();
        let call =
            AssertUnwindSafe(|| Wakes::new().poll(Box::pin(users.call(2)).as_mut()).is_ready());
        catch_unwind(call).unwrap_err();
        assert_eq!((stand.counted("cancelled"), stand.standing(0)), (1.0, EndpointStanding::Away));
        assert_eq!(stand.handle.endpoints()[0].last_failure.as_ref().unwrap().text, "panicked");
        assert_eq!(stand.calls(), [1, 0], "nobody else is asked");
    }
}

#[tokio::test(start_paused = true)]
async fn s_5_a_panic_of_the_second_endpoint_is_its_failure() {
    let stand = Stand::new(&config().failures(1), 2);
    stand.breaks(0);
    stand.says(1, Answer::panic_in_poll);
    let call = AssertUnwindSafe(|| Wakes::new().poll(Box::pin(stand.call(2)).as_mut()).is_ready());
    catch_unwind(call).unwrap_err();
    let standings = [0, 1].map(|index| stand.standing(index));
    assert_eq!(standings, [EndpointStanding::Away; 2]);
}

#[tokio::test(start_paused = true)]
async fn s_3_what_the_policies_of_an_endpoint_refuse_does_not_make_calls_leave_it() {
    let stand = Stand::new(&FailoverConfig::default().failures(1), 2);
    stand.says(0, || Answer::error(ms_core::rejection::Rejection::new(&super::FULL, "eu")));
    stand.call(2).await.unwrap();
    assert_eq!(stand.standing(0), EndpointStanding::Trusted);
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_an_endpoint_that_does_not_become_ready_is_left_in_the_end() {
    let stand = stand();
    stand.endpoints[0].not_ready();
    let start = ms_core::clock::now();
    for _ in 0..20 {
        assert_eq!(stand.said(2).await, "Ok(1)");
    }
    assert_eq!(ms_core::clock::now() - start, ms(500), "five waited, and no more");
}

#[test]
fn what_a_call_holds_is_small_enough_to_be_passed_on() {
    type Users = Failover<AlwaysAvailable<Probe<u32, u32>>, super::Requests>;
    fn is_send<T: Send>() {}
    is_send::<Users>();
    is_send::<super::Users>();
}
