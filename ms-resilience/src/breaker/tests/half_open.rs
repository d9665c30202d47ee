//! How a circuit finds out.

use std::time::Duration;

use ms_core::clock::sleep;
use ms_core::registry::Heard;
use ms_core::rejection::Rejectable;
use ms_core::testing::wakes::Wakes;
use std::pin::pin;
use tower::{Service, ServiceExt};

use super::super::{CircuitState, HALF_OPEN, NOT_READY, OPEN, RAMPING};
use super::{Circuit, FAIL, HANG, PANIC, config, is, ms};

#[tokio::test(start_paused = true)]
async fn s_cb_4_exactly_so_many_probes_are_let_through_at_a_time() {
    let circuit = Circuit::opened_and_waited(&config()).await;
    let mut events = circuit.registry.subscribe();
    let before = circuit.handle.seen().calls;

    let calls: Vec<_> =
        (0..100).map(|_| tokio::spawn(circuit.client.clone().oneshot(HANG))).collect();
    sleep(ms(1)).await;

    assert_eq!(circuit.handle.seen().calls - before, 3);
    assert_eq!(circuit.breaker().snapshot().probes(), 3);
    let mut refused = 0;
    for call in calls.into_iter().filter(tokio::task::JoinHandle::is_finished) {
        refused += u32::from(is(&call.await.unwrap(), &HALF_OPEN));
    }
    assert_eq!(refused, 97);
    let told: Vec<_> = std::iter::from_fn(|| events.try_next()).collect();
    assert!(matches!(&told[..], [Heard::Event(event)] if event.what == "half_open"));
}

#[tokio::test(start_paused = true)]
async fn s_cb_9_a_rejection_of_a_half_open_circuit_says_what_it_opened_for() {
    let circuit = Circuit::opened_and_waited(&config().probes(1)).await;
    let mut probe = pin!(circuit.client.clone().oneshot(HANG));
    assert!(Wakes::new().poll(probe.as_mut()).is_pending());
    let error = circuit.call(0).await.unwrap_err();
    let numbers: Vec<_> = error.as_rejection().unwrap().numbers().take(2).collect();
    assert_eq!(numbers, [("calls", 10), ("failures", 10)]);
}

#[tokio::test(start_paused = true)]
async fn s_cb_5_enough_successes_close_it_early() {
    let circuit = Circuit::opened_and_waited(&config()).await;
    circuit.calls(2, 0).await; // of three: whatever the third does, it is not half of them
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn s_cb_5_a_failure_that_makes_success_impossible_opens_it_early() {
    let circuit = Circuit::opened_and_waited(&config()).await;
    circuit.calls(2, FAIL).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
    assert!(is(&circuit.call(0).await, &OPEN));
}

#[tokio::test(start_paused = true)]
async fn s_cb_5_a_probe_that_is_dropped_young_gives_its_place_back() {
    let circuit = Circuit::opened_and_waited(&config().probes(1)).await;
    {
        let mut probe = pin!(circuit.client.clone().oneshot(HANG));
        assert!(Wakes::new().poll(probe.as_mut()).is_pending());
        assert!(is(&circuit.call(0).await, &HALF_OPEN));
    }
    circuit.call(0).await.unwrap();
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn s_cb_5_probes_that_hang_are_given_up_after_a_while() {
    let circuit = Circuit::opened_and_waited(&config()).await;
    for _ in 0..3 {
        tokio::spawn(circuit.client.clone().oneshot(HANG));
    }
    sleep(Duration::from_secs(5)).await;
    assert!(is(&circuit.call(0).await, &OPEN));
    sleep(Duration::from_secs(10)).await;
    circuit.calls(2, 0).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn s_4_s_5_a_probe_that_panics_is_a_failure_and_gives_its_place_back() {
    let circuit = Circuit::opened_and_waited(&config().probes(1)).await;
    tokio::spawn(circuit.client.clone().oneshot(PANIC)).await.unwrap_err();
    assert_eq!(circuit.breaker().snapshot().probes(), 0);
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn s_cb_3_an_old_result_never_decides_a_probe() {
    let config = config().probes(1);
    let circuit = super::circuit(&config);
    let straggler = tokio::spawn(circuit.client.clone().oneshot(7000));
    sleep(ms(1)).await;
    circuit.calls(10, FAIL).await;
    sleep(config.open).await;
    let probe = tokio::spawn(circuit.client.clone().oneshot(60_000));
    sleep(ms(1)).await;
    assert_eq!(circuit.breaker().state(), CircuitState::HalfOpen);

    straggler.await.unwrap().unwrap();

    assert_eq!(circuit.breaker().state(), CircuitState::HalfOpen);
    assert_eq!(circuit.breaker().snapshot().probes(), 1);
    assert_eq!(circuit.count("late"), 1);
    probe.abort();
}

#[tokio::test(start_paused = true)]
async fn s_6_failures_of_an_older_generation_do_not_open_a_circuit_that_has_closed() {
    let circuit = super::circuit(&config());
    let late: Vec<_> =
        (0..20).map(|_| tokio::spawn(circuit.client.clone().oneshot(HANG))).collect();
    sleep(ms(1)).await;
    circuit.calls(10, FAIL).await;
    sleep(Duration::from_secs(5)).await;
    circuit.calls(2, 0).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);

    for call in late {
        call.abort(); // old enough to be slow failures
        call.await.unwrap_err();
    }

    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
    assert_eq!(circuit.count("late"), 20);
}

#[tokio::test(start_paused = true)]
async fn s_10_a_probe_is_not_starved_by_a_service_that_is_slow_to_become_ready() {
    let circuit = Circuit::opened_and_waited(&config().probes(1)).await;
    circuit.handle.not_ready();
    let mut client = circuit.client.clone();

    assert!(is(&client.ready().await.unwrap().call(0).await, &NOT_READY));
    assert_eq!(circuit.breaker().snapshot().probes(), 0);
    let wakes = Wakes::new();
    assert!(wakes.poll_ready(&mut client).is_pending());
    circuit.handle.ready();
    assert_eq!(wakes.count(), 1);
    client.ready().await.unwrap().call(0).await.unwrap();
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn s_cb_7_after_closing_the_share_of_admitted_calls_grows_to_all() {
    let config = config().ramp(Duration::from_secs(10));
    let circuit = Circuit::opened_and_waited(&config).await;
    circuit.calls(2, 0).await;
    let mut admitted = Vec::new();
    for _ in 0..11 {
        let mut share = 0;
        for _ in 0..100 {
            let result = circuit.call(0).await;
            share += u32::from(result.is_ok());
            assert!(result.is_ok() || is(&result, &RAMPING));
        }
        admitted.push(share);
        sleep(ms(1000)).await;
    }
    assert!(admitted[0] < 30 && admitted[5] > 25 && admitted[5] < 75, "{admitted:?}");
    assert_eq!(admitted[10], 100);
}

#[tokio::test(start_paused = true)]
async fn s_cb_9_who_is_refused_while_it_ramps_learns_the_share_and_when_it_is_over() {
    let config = config().ramp(Duration::from_secs(10));
    let circuit = Circuit::opened_and_waited(&config).await;
    circuit.calls(2, 0).await;
    sleep(ms(4000)).await;
    let error = loop {
        if let Err(error) = circuit.call(0).await {
            break error;
        }
    };
    let rejection = error.as_rejection().unwrap();
    assert_eq!(rejection.wait(), Some(ms(6000)));
    assert_eq!(rejection.numbers().next(), Some(("share_percent", 40)));
}
