//! What somebody does to a circuit by hand, and what is seen of it.

use std::time::Duration;

use ms_core::clock::sleep;
use ms_core::registry::{Command, Heard};
use ms_core::testing::reading::value;
use tower::Service;

use super::super::{CircuitState, FORCED_OPEN, Mode, STATE};
use super::{Circuit, FAIL, circuit, config, is};

#[tokio::test(start_paused = true)]
async fn s_cb_11_of_two_that_hold_it_open_the_last_lets_it_go() {
    let circuit = circuit(&config());
    let breaker = circuit.breaker();
    let (one, other) = (breaker.force_open(), breaker.force_open());
    drop(one);
    assert_eq!(breaker.state(), CircuitState::ForcedOpen);
    assert!(is(&circuit.call(0).await, &FORCED_OPEN));
    drop(other);
    assert_eq!(breaker.state(), CircuitState::HalfOpen);
    circuit.calls(2, 0).await;
    assert_eq!(breaker.state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn s_cb_11_a_reset_closes_it_and_forgets() {
    let circuit = circuit(&config());
    circuit.calls(10, FAIL).await;
    circuit.breaker().reset();
    let snapshot = circuit.breaker().snapshot();
    assert_eq!(
        (snapshot.state(), snapshot.calls(), snapshot.openings()),
        (CircuitState::Closed, 0, 0)
    );
    assert!(circuit.call(0).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn the_registry_can_force_and_reset_it() {
    let circuit = circuit(&config());
    let tell = |command| circuit.registry.command("circuit_breaker", "users", &command);
    tell(Command::ForceOpen).unwrap();
    assert_eq!(circuit.breaker().state(), CircuitState::ForcedOpen);
    tell(Command::Reset).unwrap();
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn s_cb_12_exactly_one_state_is_at_1_from_the_beginning() {
    let circuit = circuit(&config());
    let shown = || {
        CircuitState::ALL
            .into_iter()
            .filter(|s| {
                value(&circuit.registry, STATE.name(), &[("state", s.as_str())]) == Some(1.0)
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(), [CircuitState::Closed]);
    circuit.calls(10, FAIL).await;
    assert_eq!(shown(), [CircuitState::Open]);
    sleep(Duration::from_secs(5)).await;
    circuit.calls(1, 0).await;
    assert_eq!(shown(), [CircuitState::HalfOpen]);
}

#[tokio::test(start_paused = true)]
async fn s_cb_10_the_end_of_the_open_state_is_known_as_soon_as_the_state_is() {
    let circuit = circuit(&config());
    circuit.calls(10, FAIL).await;
    let snapshot = circuit.breaker().snapshot();
    assert_eq!(snapshot.until(), Some(snapshot.since() + Duration::from_secs(5)));
}

#[tokio::test(start_paused = true)]
async fn s_13_every_change_is_told_once_and_in_order() {
    let circuit = circuit(&config());
    let mut events = circuit.breaker().subscribe();
    circuit.calls(10, FAIL).await;
    sleep(Duration::from_secs(5)).await;
    circuit.calls(2, 0).await;
    let told: Vec<_> = std::iter::from_fn(|| events.try_next())
        .filter_map(|heard| match heard {
            Heard::Event(event) => Some(event.what),
            Heard::Missed(_) => None,
        })
        .collect();
    assert_eq!(told, ["open", "half_open", "closed"]);
}

#[tokio::test(start_paused = true)]
async fn in_the_shadow_it_tells_what_it_would_do_and_admits_all() {
    let circuit = circuit(&config().mode(Mode::Shadow));
    circuit.calls(10, FAIL).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
    assert!(circuit.call(0).await.is_ok());
    sleep(Duration::from_secs(5)).await;
    circuit.calls(2, 0).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_circuit_that_is_disabled_admits_all_and_counts_nothing() {
    let circuit = circuit(&config().mode(Mode::Disabled));
    circuit.calls(30, FAIL).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Disabled);
    assert_eq!((circuit.count("failure"), circuit.count("neutral")), (0, 30));
}

#[tokio::test(start_paused = true)]
async fn s_10_a_service_that_is_ready_while_the_circuit_is_open_calls_nothing_unready() {
    let circuit = Circuit::opened_and_waited(&config()).await;
    let mut client = circuit.client.clone();
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let _forced = circuit.breaker().force_open();
    assert!(client.poll_ready(&mut cx).is_ready());
    circuit.breaker().reset();
    // It said that it is ready without asking inside; so it asks now.
    client.call(0).await.unwrap();
    assert_eq!(circuit.handle.seen().unready_calls, 0);
}
