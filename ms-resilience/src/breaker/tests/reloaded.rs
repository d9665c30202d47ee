//! Settings that change while calls are under way and windows are full.

use std::time::Duration;

use ms_core::clock::sleep;

use super::super::{CircuitState, Mode, Window};
use super::{FAIL, circuit, config, ms};

const LONG: Duration = Duration::from_secs(1000);

#[tokio::test(start_paused = true)]
async fn s_cb_8_s_16_young_calls_are_not_overdue_where_slow_call_changed_to_less() {
    let circuit = circuit(&config().slow_call(ms(10_000)));
    sleep(LONG).await;
    circuit.under_way(20).await;
    circuit.breaker().reconfigure(&config().slow_call(ms(5000))).unwrap();
    assert_eq!(circuit.breaker().snapshot().slow(), 0);
    circuit.calls(1, 0).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn s_cb_8_s_16_calls_that_hang_are_overdue_where_slow_call_changed_to_more() {
    let circuit = circuit(&config().slow_call(ms(1000)));
    sleep(LONG).await;
    circuit.given_up(20, ms(125)).await;
    circuit.breaker().reconfigure(&config().slow_call(ms(2000))).unwrap();
    circuit.under_way(50).await;
    sleep(ms(10_000)).await;
    assert_eq!(circuit.breaker().snapshot().slow(), 50);
}

#[tokio::test(start_paused = true)]
async fn s_16_another_slow_call_keeps_the_window() {
    let circuit = circuit(&config().slow_call(ms(1000)));
    circuit.calls(6, FAIL).await;
    circuit.calls(3, 0).await;
    circuit.breaker().reconfigure(&config().slow_call(ms(2000))).unwrap();
    assert_eq!(circuit.breaker().snapshot().calls(), 9);
    circuit.calls(1, 0).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn s_16_failures_in_a_row_from_before_they_were_ignored_do_not_open_it() {
    let ignores = config().minimum_calls(1000);
    let minds = ignores.clone().consecutive_failures(5);
    let circuit = circuit(&minds);
    circuit.calls(4, FAIL).await;
    circuit.breaker().reconfigure(&ignores).unwrap();
    circuit.calls(100, 5).await;
    circuit.breaker().reconfigure(&minds).unwrap();
    circuit.calls(1, FAIL).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn s_16_thresholds_that_are_lowered_judge_what_is_in_the_window() {
    for window in [Window::Calls(100), Window::Time(Duration::from_secs(10))] {
        let config = config().window(window).minimum_calls(50);
        let circuit = circuit(&config);
        circuit.calls(30, FAIL).await;
        circuit.breaker().reconfigure(&config.minimum_calls(10)).unwrap();
        circuit.calls(5, 0).await;
        assert_eq!(circuit.breaker().state(), CircuitState::Open, "{window:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn s_16_a_window_of_fewer_calls_looks_at_fewer() {
    let config = config().window(Window::Calls(10)).minimum_calls(4);
    let circuit = circuit(&config);
    circuit.breaker().reconfigure(&config.window(Window::Calls(4))).unwrap();
    circuit.calls(20, 0).await;
    circuit.calls(2, FAIL).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn s_16_another_window_does_not_close_what_is_open() {
    let circuit = circuit(&config());
    circuit.calls(10, FAIL).await;
    circuit.breaker().reconfigure(&config().window(Window::Calls(50))).unwrap();
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
    sleep(ms(5000)).await;
    circuit.calls(3, 0).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
    circuit.calls(10, FAIL).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn s_16_a_circuit_that_is_disabled_and_enabled_again_begins_closed() {
    let circuit = circuit(&config());
    circuit.calls(10, FAIL).await;
    circuit.breaker().reconfigure(&config().mode(Mode::Disabled)).unwrap();
    assert_eq!(circuit.breaker().state(), CircuitState::Disabled);
    circuit.breaker().reconfigure(&config().mode(Mode::Disabled).probes(7)).unwrap();
    assert_eq!(circuit.breaker().state(), CircuitState::Disabled);
    circuit.breaker().reconfigure(&config()).unwrap();
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn s_16_who_forced_it_open_is_not_overruled_by_new_settings() {
    let circuit = circuit(&config());
    let forced = circuit.breaker().force_open();
    circuit.breaker().reconfigure(&config().mode(Mode::Disabled)).unwrap();
    assert_eq!(circuit.breaker().state(), CircuitState::ForcedOpen);
    drop(forced);
    assert_eq!(circuit.breaker().state(), CircuitState::Disabled);
}
