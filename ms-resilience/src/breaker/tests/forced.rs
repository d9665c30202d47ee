//! Who holds a circuit open, and what others do to it meanwhile.

use std::time::Duration;

use ms_core::registry::Command;
use tower::{Service, ServiceExt};

use super::super::{CircuitState, Mode};
use super::{Circuit, FAIL, circuit, config, within};

const AN_HOUR: Duration = Duration::from_secs(3600);

#[tokio::test(start_paused = true)]
async fn s_cb_11_a_guard_from_before_a_reset_lets_go_of_nothing() {
    let circuit = circuit(&config());
    let breaker = circuit.breaker();
    let old = breaker.force_open();
    breaker.reset();
    let _new = breaker.force_open();
    drop(old);
    assert_eq!(breaker.state(), CircuitState::ForcedOpen);
}

#[tokio::test(start_paused = true)]
async fn s_cb_11_a_guard_from_before_a_reset_leaves_what_the_registry_forces() {
    let circuit = circuit(&config());
    let old = circuit.breaker().force_open();
    let tell = |command| circuit.registry.command("circuit_breaker", "users", &command);
    tell(Command::Reset).unwrap();
    tell(Command::ForceOpen).unwrap();
    drop(old);
    assert_eq!(circuit.breaker().state(), CircuitState::ForcedOpen);
}

#[tokio::test(start_paused = true)]
async fn s_cb_11_a_disabled_circuit_that_is_let_go_is_disabled_again() {
    let circuit = circuit(&config().mode(Mode::Disabled));
    drop(circuit.breaker().force_open());
    assert_eq!(circuit.breaker().state(), CircuitState::Disabled);
    circuit.calls(2, FAIL).await;
    assert!(circuit.call(0).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn s_cb_11_s_16_whoever_holds_it_open_holds_it_under_any_other_mode_too() {
    for (one, other) in [(Mode::Disabled, Mode::Enforce), (Mode::Enforce, Mode::Disabled)] {
        let circuit = circuit(&config().mode(one));
        let _forced = circuit.breaker().force_open();
        circuit.breaker().reconfigure(&config().mode(other)).unwrap();
        assert_eq!(circuit.breaker().state(), CircuitState::ForcedOpen);
    }
}

#[tokio::test(start_paused = true)]
async fn s_10_a_call_that_insists_on_readiness_does_not_wait_for_it_in_a_forced_circuit() {
    let circuit = Circuit::opened_and_waited(&config().probes(1)).await;
    circuit.handle.not_ready();
    let mut client = circuit.client.clone();
    client.ready().await.unwrap().call(0).await.unwrap_err();
    let _forced = circuit.breaker().force_open();
    assert!(within(AN_HOUR, client.ready()).await.is_some());
}

#[tokio::test(start_paused = true)]
async fn s_10_in_the_shadow_a_forced_circuit_does_not_wait_for_readiness_either() {
    let circuit = circuit(&config().mode(Mode::Shadow));
    circuit.handle.not_ready();
    let _forced = circuit.breaker().force_open();
    let mut client = circuit.client.clone();
    assert!(within(AN_HOUR, client.ready()).await.is_some());
}
