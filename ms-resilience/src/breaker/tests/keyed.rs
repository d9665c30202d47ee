//! A circuit for each key.

use ms_core::registry::{Command, Reading, Registry, Value};
use ms_core::testing::laws;
use tower::{Layer, ServiceExt};

use super::super::{
    CALLS, CircuitBreakerLayer, CircuitState, KeyedCircuitBreakerLayer, KeyedCircuitBreakerService,
    OPEN,
};
use super::{Error, FAIL, Handle, Inner, config, inner, is, ms};
use crate::keyed::KeysConfig;

type Key = fn(&u32) -> u32;

/// Failing requests are those of key 1, all others have themselves for a key.
fn key(request: &u32) -> u32 {
    if *request == FAIL { 1 } else { *request }
}

struct Circuits {
    registry: Registry,
    layer: KeyedCircuitBreakerLayer<u32, Key>,
    client: KeyedCircuitBreakerService<Inner, u32, Key, ms_core::verdict::Errors>,
    handle: Handle,
}

fn circuits(max_keys: u32) -> Circuits {
    let registry = Registry::new();
    let keys = KeysConfig::default().max_keys(max_keys).idle(ms(60_000));
    let layer = CircuitBreakerLayer::new("users", &config())
        .unwrap()
        .registry(&registry)
        .per(key as Key)
        .keys(&keys)
        .unwrap();
    let (probe, handle) = inner();
    let client = layer.layer(probe);
    Circuits { registry, layer, client, handle }
}

impl Circuits {
    async fn call(&self, request: u32) -> Result<u32, Error> {
        self.client.clone().oneshot(request).await
    }

    async fn calls(&self, number: usize, request: u32) {
        for _ in 0..number {
            let _ = self.call(request).await;
        }
    }

    fn state(&self, key: u32) -> Option<CircuitState> {
        self.layer.handle().get(&key).map(|circuit| circuit.state())
    }

    /// How many calls of `name` ended like this, as the registry reads it.
    fn count(&self, name: &str, outcome: &str) -> Option<Value> {
        let readings = self.registry.readings();
        let is_it = |reading: &&Reading| {
            reading.name.as_str() == name && reading.is(CALLS.name(), &[("outcome", outcome)])
        };
        readings.iter().find(is_it).map(|reading| reading.value.clone())
    }

    fn names(&self) -> Vec<String> {
        let names = self.registry.policies();
        names.iter().map(|policy| policy.voice().name().to_string()).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn s_10_circuits_of_keys_keep_the_laws() {
    laws::check(|| CircuitBreakerLayer::named("laws").per(|request: &u32| *request)).await;
}

#[tokio::test(start_paused = true)]
async fn s_cb_13_a_key_that_fails_opens_its_own_circuit_and_no_other() {
    let circuits = circuits(10);
    circuits.calls(10, FAIL).await;
    circuits.calls(10, 2).await;
    assert!(is(&circuits.call(FAIL).await, &OPEN));
    assert_eq!(circuits.call(2).await.unwrap(), 2);
    assert_eq!(circuits.state(1), Some(CircuitState::Open));
    assert_eq!(circuits.state(2), Some(CircuitState::Closed));
    assert_eq!(circuits.state(3), None);
}

#[tokio::test(start_paused = true)]
async fn s_cb_13_a_circuit_of_a_key_says_its_key_and_finds_out_like_any_other() {
    let circuits = circuits(10);
    circuits.calls(10, FAIL).await;
    let error = circuits.call(FAIL).await.unwrap_err();
    let Error::Rejected(rejection) = error else { panic!("it is open") };
    assert_eq!(rejection.name().as_str(), "users/1");

    ms_core::clock::sleep(rejection.wait().unwrap()).await;
    circuits.calls(2, 1).await;
    assert_eq!(circuits.state(1), Some(CircuitState::Closed));
}

#[tokio::test(start_paused = true)]
async fn s_cb_13_each_circuit_is_read_under_its_own_name() {
    let circuits = circuits(10);
    circuits.calls(11, FAIL).await;
    circuits.calls(2, 5).await;
    assert_eq!(circuits.names(), ["users", "users/1", "users/5"]);
    assert_eq!(circuits.count("users/1", "failure"), Some(Value::Counter(10)));
    assert_eq!(circuits.count("users/1", "rejected"), Some(Value::Counter(1)));
    assert_eq!(circuits.count("users/5", "success"), Some(Value::Counter(2)));
}

#[tokio::test(start_paused = true)]
async fn s_17_an_open_circuit_does_not_go_in_favour_of_a_closed_one() {
    let circuits = circuits(3);
    circuits.calls(10, FAIL).await;
    for key in 10..30 {
        circuits.calls(1, key).await;
    }
    assert_eq!(circuits.layer.handle().list().len(), 3);
    assert_eq!(circuits.state(1), Some(CircuitState::Open));
    assert!(is(&circuits.call(FAIL).await, &OPEN));
}

#[tokio::test(start_paused = true)]
async fn s_17_keys_for_which_there_is_no_room_share_a_circuit_and_none_is_refused_for_it() {
    let circuits = circuits(1);
    circuits.calls(10, FAIL).await;
    circuits.calls(3, 7).await;
    circuits.calls(4, 8).await;
    let other = circuits.layer.handle().other().unwrap();
    assert_eq!((other.snapshot().calls(), other.state()), (7, CircuitState::Closed));
    assert_eq!(circuits.handle.seen().calls, 17);
}

#[tokio::test(start_paused = true)]
async fn s_17_a_key_that_nobody_uses_is_forgotten_with_its_metrics() {
    let circuits = circuits(10);
    circuits.calls(2, 5).await;
    ms_core::clock::sleep(ms(60_000)).await;
    circuits.calls(2, 6).await;
    ms_core::clock::sleep(ms(60_000)).await;
    assert_eq!(circuits.names(), ["users", "users/6"]);
    assert_eq!(circuits.count("users/5", "success"), None);
}

#[tokio::test(start_paused = true)]
async fn s_17_who_was_opened_by_hand_is_not_forgotten() {
    let circuits = circuits(10);
    circuits.calls(1, 5).await;
    let forced = Command::ForceOpen;
    circuits.registry.command("circuit_breaker", "users/5", &forced).unwrap();
    ms_core::clock::sleep(ms(600_000)).await;
    circuits.calls(1, 6).await;
    for _ in 0..2 {
        ms_core::clock::sleep(ms(600_000)).await;
        circuits.names();
    }
    assert_eq!(circuits.names(), ["users", "users/5"]);
    assert_eq!(circuits.state(5), Some(CircuitState::ForcedOpen));
}

#[tokio::test(start_paused = true)]
async fn s_16_new_settings_are_for_all_circuits_and_keep_what_they_saw() {
    let circuits = circuits(10);
    circuits.calls(6, FAIL).await;
    circuits.calls(3, 2).await;
    let stricter = Command::reconfigure(config().minimum_calls(5));
    circuits.registry.command("circuit_breaker", "users", &stricter).unwrap();
    assert_eq!(circuits.layer.handle().config().minimum_calls, 5);
    assert_eq!(circuits.state(1), Some(CircuitState::Open));
    assert_eq!(circuits.layer.handle().get(&2).unwrap().snapshot().calls(), 3);
    circuits.calls(5, 4).await;
    assert_eq!(circuits.layer.handle().get(&4).unwrap().config().minimum_calls, 5);
}

#[tokio::test(start_paused = true)]
async fn s_15_a_circuit_of_a_key_has_no_settings_of_its_own() {
    let circuits = circuits(10);
    circuits.calls(1, 2).await;
    let circuit = circuits.layer.handle().get(&2).unwrap();
    assert_eq!(circuit.reconfigure(&config().probes(1)).unwrap_err().field(), "key");
    let refused = circuits.layer.handle().reconfigure(&config().probes(0)).unwrap_err();
    assert_eq!(refused.field(), "probes");
    assert_eq!(circuits.layer.handle().config(), config());
}

#[tokio::test(start_paused = true)]
async fn s_9_all_services_of_a_keyed_layer_share_its_circuits_unless_isolated() {
    let circuits = circuits(10);
    circuits.calls(10, FAIL).await;
    let again = circuits.layer.layer(inner().0);
    assert!(is(&again.oneshot(FAIL).await, &OPEN));
    let apart = circuits.layer.clone().isolated().layer(inner().0);
    assert!(!is(&apart.oneshot(FAIL).await, &OPEN));
}

#[test]
fn s_15_no_keys_are_refused() {
    let layer = CircuitBreakerLayer::named("users").per(key as Key);
    let refused = layer.keys(&KeysConfig::default().max_keys(0)).unwrap_err();
    assert_eq!(refused.field(), "max_keys");
}
