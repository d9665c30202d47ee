//! Settings, given and changed.

use std::time::Duration;

use ms_core::registry::{Command, CommandError};

use super::super::{CircuitBreakerConfig, CircuitBreakerLayer, CircuitState, Mode, Window};
use super::{FAIL, circuit, config, ms};

#[test]
fn s_15_what_makes_no_sense_is_refused_by_name() {
    let refused = |config: CircuitBreakerConfig| {
        CircuitBreakerLayer::new("users", &config).unwrap_err().field().to_owned()
    };
    let good = CircuitBreakerConfig::default;
    assert_eq!(refused(good().window(Window::Calls(0))), "window");
    assert_eq!(refused(good().window(Window::Calls(1025))), "window");
    assert_eq!(refused(good().window(Window::Time(Duration::ZERO))), "window");
    assert_eq!(refused(good().minimum_calls(0)), "minimum_calls");
    assert_eq!(refused(good().window(Window::Calls(10))), "minimum_calls");
    assert_eq!(refused(good().window(Window::None)), "consecutive_failures");
    assert_eq!(refused(good().slow_call(Duration::ZERO)), "slow_call");
    assert_eq!(refused(good().consecutive_failures(0)), "consecutive_failures");
}

#[test]
fn s_15_a_way_to_find_out_that_makes_no_sense_is_refused_by_name() {
    let refused = |config: CircuitBreakerConfig| config.validate().unwrap_err().field().to_owned();
    let good = CircuitBreakerConfig::default;
    assert_eq!(refused(good().open(Duration::ZERO)), "open");
    assert_eq!(refused(good().open_factor(0.9)), "open_factor");
    assert_eq!(refused(good().open_factor(f64::INFINITY)), "open_factor");
    assert_eq!(refused(good().open_max(ms(1))), "open_max");
    assert_eq!(refused(good().open_jitter(1.1)), "open_jitter");
    assert_eq!(refused(good().probes(0)), "probes");
    assert_eq!(refused(good().probes(256)), "probes");
    assert_eq!(refused(good().half_open_max(Duration::ZERO)), "half_open_max");
    assert_eq!(refused(good().ramp(Duration::ZERO)), "ramp");
}

#[test]
fn s_15_a_rate_of_a_circuit_is_above_0_and_at_most_1() {
    for rate in [0.0, -0.1, 1.1, f64::NAN] {
        let config = CircuitBreakerConfig::default().failure_rate(rate);
        assert_eq!(config.validate().unwrap_err().field(), "failure_rate");
        let config = CircuitBreakerConfig::default().slow_rate(rate);
        assert_eq!(config.validate().unwrap_err().field(), "slow_rate");
    }
}

#[test]
fn the_defaults_of_a_circuit_are_those_of_the_docs() {
    assert_eq!(
        format!("{:?}", CircuitBreakerConfig::default()),
        "CircuitBreakerConfig { window: Time(10s), minimum_calls: 20, failure_rate: 0.5, \
         slow_call: None, slow_rate: 0.5, consecutive_failures: None, open: 5s, \
         open_factor: 2.0, open_max: 60s, open_jitter: 0.1, forgive_after: 60s, probes: 3, \
         half_open_max: None, ramp: None, mode: Enforce }"
    );
}

#[cfg(feature = "serde")]
#[test]
fn s_15_a_circuit_in_a_file_is_read_and_what_it_does_not_know_is_refused() {
    let read = |text| toml::from_str::<CircuitBreakerConfig>(text);
    let file = "window = { calls = 50 }\nslow_call = '800ms'\nmode = 'shadow'";
    let config = read(file).unwrap();
    assert_eq!((config.window, config.slow_call), (Window::Calls(50), Some(ms(800))));
    assert_eq!(read("window = { time = '30s' }").unwrap().window, Window::Time(ms(30_000)));
    let error = read("open = '3s'\nopens = 3").unwrap_err().to_string();
    assert!(error.contains("line 2") && error.contains("opens"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn s_16_a_running_circuit_takes_new_settings_and_keeps_its_window() {
    let circuit = circuit(&config());
    circuit.calls(9, FAIL).await;
    circuit.breaker().reconfigure(&config().minimum_calls(20)).unwrap();
    circuit.calls(10, FAIL).await;
    assert_eq!(circuit.breaker().snapshot().failures(), 19);
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
    circuit.calls(1, FAIL).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn s_16_settings_that_are_refused_leave_the_old_ones_in_force() {
    let circuit = circuit(&config());
    let bad = Command::reconfigure(config().probes(0));
    let refused = circuit.registry.command("circuit_breaker", "users", &bad).unwrap_err();
    assert!(matches!(refused, CommandError::Refused(error) if error.field() == "probes"));
    circuit.calls(10, FAIL).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
}

#[test]
fn s_16_a_running_circuit_says_which_settings_are_in_force() {
    let every = CircuitBreakerConfig::default()
        .window(Window::Calls(77))
        .minimum_calls(7)
        .failure_rate(0.3)
        .slow_call(ms(300))
        .slow_rate(0.7)
        .consecutive_failures(9)
        .open(ms(1500))
        .open_factor(1.5)
        .open_max(ms(9000))
        .open_jitter(0.25)
        .forgive_after(ms(70_000))
        .probes(5)
        .half_open_max(ms(800))
        .ramp(ms(2500))
        .mode(Mode::Shadow);
    for config in [every, CircuitBreakerConfig::default()] {
        let circuit = circuit(&self::config());
        assert_eq!(circuit.breaker().config(), self::config());
        circuit.breaker().reconfigure(&config).unwrap();
        assert_eq!(circuit.breaker().config(), config);
    }
}

#[tokio::test(start_paused = true)]
async fn a_window_of_another_kind_starts_empty() {
    let circuit = circuit(&config());
    circuit.calls(9, FAIL).await;
    circuit.breaker().reconfigure(&config().window(Window::Calls(10))).unwrap();
    assert_eq!(circuit.breaker().snapshot().calls(), 0);
    circuit.calls(10, FAIL).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
}
