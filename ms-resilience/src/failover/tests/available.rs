//! Endpoints that are not available are skipped.

use std::task::Poll;
use std::time::Duration;

use ms_core::availability::{Availability, Available};
use ms_core::clock::{later, now};
use ms_core::rejection::{Rejectable, Rejection};
use ms_core::testing::probe::Answer;
use ms_core::testing::wakes::Wakes;
use tokio::time::advance;
use tower::{Layer, ServiceExt, service_fn};

use super::super::{EndpointStanding, Failover, FailoverConfig, IfNoneAvailable, UNAVAILABLE};
use super::{FULL, Stand, config, ms, stand};

fn rejecting() -> Stand {
    Stand::new(&config().if_none_available(IfNoneAvailable::Reject), 3)
}

#[tokio::test(start_paused = true)]
async fn s_fo_2_an_endpoint_that_is_not_available_is_skipped_without_a_call() {
    let stand = stand();
    stand.shut_for(0, ms(60_000));
    stand.shut(1, Availability::Closed);
    assert_eq!(stand.said(3).await, "Ok(2)");
    let seen = [0, 1].map(|index| stand.endpoints[index].seen());
    assert!(seen.iter().all(|seen| seen.calls + seen.ready_polls == 0));
    assert_eq!(stand.counted("answered"), 1.0);
}

#[tokio::test(start_paused = true)]
async fn s_fo_2_a_call_that_fails_goes_on_to_the_next_that_is_available() {
    let stand = stand();
    stand.breaks(0);
    stand.shut_for(1, ms(60_000));
    assert_eq!(stand.said(2).await, "Ok(2)");
    stand.shut_for(2, ms(60_000));
    assert_eq!(stand.said(2).await, "Err(Broken(0))");
}

#[tokio::test(start_paused = true)]
async fn s_fo_2_when_none_is_available_the_first_is_tried() {
    let stand = stand();
    (0..3).for_each(|index| stand.shut_for(index, ms(1000)));
    assert_eq!(stand.said(2).await, "Ok(0)");
    stand.says(0, || Answer::error(Rejection::new(&FULL, "eu")));
    assert!(stand.said(2).await.contains("full"), "what it says is what there is");
    assert_eq!(stand.calls(), [2, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn s_fo_2_when_none_is_available_calls_are_rejected_where_that_is_asked_for() {
    let stand = rejecting();
    stand.shut_for(0, ms(9000));
    stand.shut_for(1, ms(1500));
    stand.shut(2, Availability::Closed);
    let error = stand.call(2).await.unwrap_err();
    let rejection = error.as_rejection().unwrap();
    assert!(rejection.is(&UNAVAILABLE));
    let said = "failover `users`: no endpoint is available (endpoints 3); retry after 1.5s";
    assert_eq!(rejection.to_string(), said);
    assert_eq!((stand.calls(), stand.counted("rejected")), (vec![0, 0, 0], 1.0));
}

#[tokio::test(start_paused = true)]
async fn s_fo_2_nobody_says_when_endpoints_are_back_that_were_closed_by_hand() {
    let stand = rejecting();
    (0..3).for_each(|index| stand.shut(index, Availability::Closed));
    let error = stand.call(2).await.unwrap_err();
    assert_eq!(error.as_rejection().unwrap().wait(), None);
}

#[tokio::test(start_paused = true)]
async fn s_fo_2_an_endpoint_is_asked_again_as_soon_as_it_is_available() {
    let stand = rejecting();
    (0..3).for_each(|index| stand.shut_for(index, ms(5000)));
    stand.call(2).await.unwrap_err();
    advance(ms(4999)).await;
    stand.call(2).await.unwrap_err();
    advance(ms(1)).await;
    assert_eq!(stand.said(2).await, "Ok(0)");
}

#[tokio::test(start_paused = true)]
async fn s_fo_2_an_endpoint_that_was_opened_by_hand_is_found_as_well() {
    let stand = stand();
    stand.shut(0, Availability::Closed);
    assert_eq!(stand.said(2).await, "Ok(1)");
    stand.shut(0, Availability::Now);
    assert_eq!(stand.said(2).await, "Ok(1)");
    advance(ms(3000)).await;
    assert_eq!(stand.said(2).await, "Ok(0)");
}

#[tokio::test(start_paused = true)]
async fn s_fo_2_an_endpoint_that_is_away_is_not_even_asked_whether_it_is_available() {
    let stand = stand();
    stand.shut_for(0, ms(10_000) + Duration::from_micros(1));
    stand.call(2).await.unwrap();
    advance(ms(10_000)).await;
    let locked = stand.availability[0].lock().unwrap(); // who asks now panics
    let mut call = Box::pin(stand.call(2));
    assert!(matches!(Wakes::new().poll(call.as_mut()), Poll::Ready(Ok(1))));
    drop(locked);
}

#[tokio::test(start_paused = true)]
async fn s_fo_2_a_failover_is_available_when_one_of_its_endpoints_is() {
    let stand = stand();
    let asked = || stand.users.availability(now());
    assert_eq!(asked(), Availability::Now);
    stand.shut(0, Availability::Closed);
    assert_eq!(asked(), Availability::Now);
    stand.shut_for(1, ms(700));
    stand.shut_for(2, ms(300));
    assert_eq!(asked(), Availability::At(later(now(), ms(300))));
    stand.shut(1, Availability::Closed);
    stand.shut(2, Availability::Closed);
    assert_eq!(asked(), Availability::Closed);
}

#[tokio::test(start_paused = true)]
async fn s_fo_2_a_failover_can_be_the_endpoint_of_another() {
    let (near, far) = (stand(), stand());
    let endpoints = [near.users.clone(), far.users.clone()];
    let world = Failover::named("world", endpoints).unwrap().plain(|_: &u32| true);
    far.says(0, || Answer::ready(70));
    assert_eq!(world.clone().oneshot(2).await.unwrap(), 0);
    (0..3).for_each(|index| near.shut_for(index, ms(1000)));
    assert_eq!(world.oneshot(2).await.unwrap(), 70);
}

#[cfg(feature = "breaker")]
#[tokio::test(start_paused = true)]
async fn s_fo_2_an_open_circuit_costs_neither_a_call_nor_the_budget() {
    use crate::breaker::{CircuitBreakerConfig, CircuitBreakerLayer, CircuitState};
    use ms_core::rejection::BoxError;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    let config = CircuitBreakerConfig::default().minimum_calls(3).open_jitter(0.0);
    let layers = ["eu", "us"].map(|name| CircuitBreakerLayer::new(name, &config).unwrap());
    let asked: Arc<[AtomicUsize; 2]> = Arc::default();
    let endpoint = |index: usize| {
        let asked = Arc::clone(&asked);
        layers[index].layer(service_fn(move |_: u32| {
            asked[index].fetch_add(1, Ordering::Relaxed);
            let broken: BoxError = "broken".into();
            std::future::ready(if index == 0 { Err(broken) } else { Ok(index) })
        }))
    };
    let failover = FailoverConfig::default()
        .failures(1000)
        .budget(crate::budget::Funded::default().start(3.0));
    let users = Failover::new("users", &failover, [endpoint(0), endpoint(1)]).unwrap();
    let users = users.plain(|_: &u32| true);
    for _ in 0..20 {
        assert_eq!(users.clone().oneshot(2).await.unwrap(), 1);
    }
    assert_eq!(layers[0].handle().state(), CircuitState::Open);
    let asked = asked.each_ref().map(|asked| asked.load(Ordering::Relaxed));
    assert_eq!((asked, users.handle().budget().snapshot().spent), ([3, 20], 3));
    assert_eq!(users.handle().endpoints()[0].standing, EndpointStanding::Away);
}
