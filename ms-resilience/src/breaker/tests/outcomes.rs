//! What an outcome is worth.

use ms_core::clock::sleep;
use ms_core::rejection::{Fault, Reason, Rejection};
use ms_core::testing::laws;
use ms_core::testing::probe::{Answer, Probe};
use tower::{Layer, Service, ServiceBuilder, ServiceExt};

use super::super::{CircuitBreakerConfig, CircuitBreakerLayer, CircuitState};
use super::{Error, FAIL, HANG, PANIC, PANIC_IN_CALL, circuit, config, ms};

const FULL: Reason = Reason::unavailable("bulkhead", "bulkhead_full");
const SLOW: Reason = Reason::deadline("timeout", "attempt_timeout").fault_of(Fault::Peer);

#[tokio::test(start_paused = true)]
async fn s_10_a_circuit_keeps_the_laws() {
    laws::check(|| CircuitBreakerLayer::named("laws")).await;
}

#[tokio::test(start_paused = true)]
async fn s_10_a_circuit_that_counts_calls_keeps_the_laws() {
    let config =
        CircuitBreakerConfig::default().window(super::super::Window::Calls(100)).slow_call(ms(500));
    laws::check(|| CircuitBreakerLayer::new("laws", &config).unwrap()).await;
}

async fn state_after(reason: &'static Reason) -> CircuitState {
    let layer = CircuitBreakerLayer::new("users", &config()).unwrap();
    let (probe, _) = Probe::<u32, u32, Rejection>::with_error(move |_| {
        Answer::result(Err(Rejection::new(reason, "inside")))
    });
    let client = layer.layer(probe);
    for _ in 0..30 {
        client.clone().oneshot(0).await.unwrap_err();
    }
    layer.handle().state()
}

#[tokio::test(start_paused = true)]
async fn s_3_rejections_of_our_own_side_never_open_a_circuit() {
    assert_eq!(state_after(&FULL).await, CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn s_3_attempts_that_take_too_long_do() {
    assert_eq!(state_after(&SLOW).await, CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn s_5_calls_that_are_dropped_count_once_they_are_old_and_not_before() {
    let circuit = circuit(&config());
    for (age, expected) in [(900, CircuitState::Closed), (1000, CircuitState::Open)] {
        let calls: Vec<_> =
            (0..10).map(|_| tokio::spawn(circuit.client.clone().oneshot(HANG))).collect();
        sleep(ms(age)).await;
        for call in calls {
            call.abort();
            call.await.unwrap_err();
        }
        assert_eq!(circuit.breaker().state(), expected);
    }
    assert_eq!((circuit.count("neutral"), circuit.count("failure")), (10, 10));
}

#[tokio::test(start_paused = true)]
async fn s_5_a_panic_inside_is_a_failure_and_goes_on_unwinding() {
    for request in [PANIC, PANIC_IN_CALL] {
        let circuit = circuit(&config());
        for _ in 0..10 {
            let call = tokio::spawn(circuit.client.clone().oneshot(request));
            assert!(call.await.unwrap_err().is_panic());
        }
        assert_eq!(circuit.breaker().state(), CircuitState::Open);
        assert_eq!(circuit.count("failure"), 10);
    }
}

#[tokio::test(start_paused = true)]
async fn s_5_under_a_timeout_further_out_a_hung_service_opens_the_circuit_and_it_closes_again() {
    use crate::timeout::TimeoutLayer;

    let (probe, handle) = super::inner();
    let config = config().minimum_calls(5);
    let circuit = CircuitBreakerLayer::new("users", &config).unwrap();
    let client = ServiceBuilder::new()
        .layer(TimeoutLayer::attempt(ms(1200)))
        .layer(circuit.clone())
        .service(probe);
    for _ in 0..5 {
        client.clone().oneshot(HANG).await.unwrap_err();
    }
    assert_eq!(circuit.handle().state(), CircuitState::Open);
    assert_eq!(handle.seen().in_flight, 0);

    sleep(ms(5000)).await;
    for _ in 0..2 {
        client.clone().oneshot(0).await.unwrap();
    }
    assert_eq!(circuit.handle().state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn s_10_a_readiness_that_fails_is_an_outcome_and_not_the_end() {
    let circuit = circuit(&config());
    circuit.handle.fail_readiness(|| Error::Broken);
    circuit.calls(10, 0).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
    circuit.handle.ready();
    sleep(ms(5000)).await;
    circuit.calls(2, 0).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn s_9_all_services_of_one_layer_are_one_circuit() {
    let circuit = circuit(&config());
    for _ in 0..10 {
        let (probe, _) = super::inner();
        circuit.layer.layer(probe).oneshot(FAIL).await.unwrap_err();
    }
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn every_call_is_counted_once_by_how_it_ended() {
    let circuit = circuit(&config().slow_call(ms(100)));
    circuit.calls(6, 0).await;
    circuit.calls(2, FAIL).await;
    circuit.calls(1, 150).await;
    let counts = ["success", "failure", "slow", "neutral", "rejected", "late"];
    assert_eq!(counts.map(|outcome| circuit.count(outcome)), [6, 2, 1, 0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn s_6_a_success_that_is_seen_after_the_state_has_changed_is_late() {
    let circuit = circuit(&config());
    let mut client = circuit.client.clone();
    let answered = client.ready().await.unwrap().call(0);
    let _forced = circuit.breaker().force_open();
    assert_eq!(answered.await.unwrap(), 0);
    assert_eq!((circuit.count("late"), circuit.count("success")), (1, 0));
}
