//! When a circuit opens, and for how long.

use std::time::Duration;

use ms_core::clock::{now, sleep};
use ms_core::rejection::Rejectable;
use ms_core::verdict::{Failure, Verdict};
use tower::{Layer, ServiceExt};

use super::super::{CircuitBreakerLayer, CircuitState, OPEN, Window};
use super::{Error, FAIL, HANG, circuit, config, inner, is, ms};

#[tokio::test(start_paused = true)]
async fn s_cb_2_nine_failures_and_a_success_open_where_ten_decide() {
    let circuit = circuit(&config());
    circuit.calls(9, FAIL).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
    circuit.call(0).await.unwrap();
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn s_cb_2_a_rate_below_the_threshold_does_not_open() {
    let circuit = circuit(&config().failure_rate(0.51));
    for _ in 0..100 {
        circuit.calls(1, 0).await;
        circuit.calls(1, FAIL).await;
    }
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn s_cb_2_failures_in_a_row_open_where_asked() {
    let circuit = circuit(&config().window(Window::None).consecutive_failures(3));
    for request in [FAIL, FAIL, 0, FAIL, FAIL] {
        circuit.calls(1, request).await;
    }
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
    circuit.calls(1, FAIL).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn s_cb_1_a_window_of_calls_forgets_those_before() {
    let circuit = circuit(&config().window(Window::Calls(10)));
    circuit.calls(1000, 0).await;
    circuit.calls(4, FAIL).await;
    assert_eq!(circuit.breaker().snapshot().failures(), 4);
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
    circuit.calls(1, FAIL).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn s_8_after_an_idle_window_nothing_is_left_in_it() {
    let circuit = circuit(&config());
    circuit.calls(9, FAIL).await;
    sleep(Duration::from_secs(10)).await;
    assert_eq!(circuit.breaker().snapshot().calls(), 0);
    circuit.calls(1, FAIL).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
    assert_eq!(circuit.breaker().snapshot().calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn s_7_a_slow_failure_belongs_to_the_moment_at_which_it_ends() {
    let circuit = circuit(&config().slow_call(ms(100)));
    sleep(ms(3500)).await;
    let late = circuit.client.clone().oneshot(9000);
    let (answer, ()) = tokio::join!(late, sleep(ms(1)));
    answer.unwrap();
    // It began thirteen seconds before the end of the window that still holds it.
    sleep(ms(8000)).await;
    assert_eq!(circuit.breaker().snapshot().slow(), 1);
}

#[tokio::test(start_paused = true)]
async fn slow_calls_open_as_failures_do() {
    let circuit = circuit(&config().slow_call(ms(200)));
    circuit.calls(9, 200).await;
    assert_eq!(circuit.count("slow"), 9);
    circuit.calls(1, 199).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn s_cb_8_calls_that_hang_open_the_circuit_before_they_end() {
    let circuit = circuit(&config().slow_call(ms(800)));
    let calls: Vec<_> =
        (0..10).map(|_| tokio::spawn(circuit.client.clone().oneshot(HANG))).collect();
    sleep(ms(1000)).await;
    assert_eq!(circuit.breaker().snapshot().slow(), 10);
    // Nobody has come back, so it takes one more call for somebody to look.
    tokio::spawn(circuit.client.clone().oneshot(HANG));
    sleep(ms(1)).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
    assert!(calls.iter().all(|call| !call.is_finished()));
}

#[tokio::test(start_paused = true)]
async fn s_cb_9_a_rejection_says_which_circuit_why_and_when_to_come_back() {
    let circuit = circuit(&config());
    circuit.calls(4, 0).await;
    circuit.calls(6, FAIL).await;
    sleep(ms(1500)).await;
    let error = circuit.call(0).await.unwrap_err();
    let rejection = error.as_rejection().unwrap();
    assert!(rejection.is(&OPEN));
    assert_eq!(rejection.name().as_str(), "users");
    let numbers: Vec<_> = rejection.numbers().collect();
    assert_eq!(numbers, [("calls", 10), ("failures", 6), ("slow", 0), ("open_ms", 1500)]);
    assert_eq!(rejection.wait(), Some(ms(3500)));
}

#[tokio::test(start_paused = true)]
async fn s_cb_6_the_open_time_grows_and_is_forgiven_after_a_while() {
    let circuit = circuit(&config().probes(1));
    let breaker = circuit.breaker();
    let mut open_times = Vec::new();
    circuit.calls(10, FAIL).await;
    for _ in 0..3 {
        let snapshot = breaker.snapshot();
        open_times.push((snapshot.until().unwrap() - snapshot.since()).as_secs());
        sleep(snapshot.until().unwrap() - now()).await;
        circuit.calls(1, FAIL).await;
    }
    assert_eq!((open_times, breaker.snapshot().openings()), (vec![5, 10, 20], 4));

    sleep(Duration::from_secs(60)).await;
    circuit.calls(1, 0).await;
    assert_eq!(breaker.state(), CircuitState::Closed);
    sleep(Duration::from_secs(60)).await;
    circuit.calls(10, FAIL).await;
    assert_eq!(breaker.snapshot().openings(), 1);
}

#[tokio::test(start_paused = true)]
async fn s_cb_6_a_circuit_stays_open_for_as_long_as_the_peer_asks() {
    let (probe, _) = inner();
    let asks = |outcome: Result<&u32, &Error>| match outcome {
        Ok(_) => Verdict::Success,
        Err(_) => Failure::IF_SAFE.retry_after(Some(Duration::from_secs(30))).into(),
    };
    let layer = CircuitBreakerLayer::new("users", &config()).unwrap().classify(asks);
    let client = layer.layer(probe);
    for _ in 0..10 {
        client.clone().oneshot(FAIL).await.unwrap_err();
    }
    let snapshot = layer.handle().snapshot();
    assert_eq!(snapshot.until().unwrap() - snapshot.since(), Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn an_open_circuit_does_not_call_and_does_not_ask_for_readiness() {
    let circuit = circuit(&config());
    circuit.calls(10, FAIL).await;
    let before = circuit.handle.seen();
    assert!(is(&circuit.call(0).await, &OPEN));
    let after = circuit.handle.seen();
    assert_eq!((after.calls, after.ready_polls), (before.calls, before.ready_polls));
    assert_eq!(circuit.count("rejected"), 1);
}

#[tokio::test(start_paused = true)]
async fn s_cb_2_successes_count_in_a_window_of_time_whenever_they_come() {
    let circuit = circuit(&config());
    sleep(ms(1500)).await;
    circuit.calls(20, 0).await;
    circuit.calls(10, FAIL).await;
    let snapshot = circuit.breaker().snapshot();
    assert_eq!((snapshot.calls(), snapshot.failures()), (30, 10));
    assert_eq!(snapshot.state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn s_cb_2_a_failure_opens_also_long_after_the_minimum_was_reached() {
    let circuit = circuit(&config());
    circuit.calls(20, 0).await;
    circuit.calls(19, FAIL).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
    circuit.calls(1, FAIL).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
}
