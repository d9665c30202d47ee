//! A whole circuit, in every interleaving.

use std::sync::Arc;
use std::time::Duration;

use loom::thread::{JoinHandle, spawn};
use ms_core::clock::now;
use ms_core::registry::Registry;
use ms_core::verdict::{Failure, Verdict};

use super::super::admit::{Kind, Pass};
use super::super::handle::Handle;
use super::super::hold::Hold;
use super::super::permit::Permit;
use super::super::state::State;
use super::super::{CircuitBreakerConfig, CircuitState, Window};

const BROKEN: Option<Verdict> = Some(Verdict::Failure(Failure::FINAL));
const GOOD: Option<Verdict> = Some(Verdict::Success);

/// A circuit that opens after `failures` in a row.
fn circuit(failures: u32, open: Duration) -> Arc<Handle> {
    let config = CircuitBreakerConfig::default()
        .window(Window::None)
        .consecutive_failures(failures)
        .open(open)
        .open_jitter(0.0)
        .half_open_max(Duration::from_secs(60))
        .probes(1);
    Registry::new()
        .register("circuit_breaker", "users", |voice| Arc::new(Handle::new(voice, &config)))
}

/// A call of a closed circuit, as the service makes one.
fn begin(circuit: &Handle) -> Permit<impl Hold + use<>> {
    let pass = circuit.state().admit().unwrap();
    assert_eq!(pass.kind, Kind::Call);
    Permit::new(circuit.lease(), pass)
}

fn apart<T: 'static>(
    circuit: &Arc<Handle>,
    act: impl FnOnce(&Handle) -> T + 'static,
) -> JoinHandle<T> {
    let circuit = Arc::clone(circuit);
    spawn(move || act(&circuit))
}

fn entered(state: &State, which: CircuitState) -> u32 {
    state.changes()[which as usize]
}

/// One that is open, and whose open time is over.
fn waited() -> Arc<Handle> {
    let circuit = circuit(1, Duration::from_nanos(1));
    begin(&circuit).end(BROKEN);
    assert_eq!(circuit.state().word.read().state, CircuitState::Open);
    while circuit.state().until() >= now() {}
    circuit
}

#[test]
fn loom_failures_of_two_threads_open_it_once() {
    loom::model(|| {
        let circuit = circuit(2, Duration::from_secs(5));
        let (one, other) = (begin(&circuit), begin(&circuit));
        let threads = [one, other].map(|mut call| apart(&circuit, move |_| call.end(BROKEN)));
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(circuit.state().word.read().state, CircuitState::Open);
        assert_eq!(entered(circuit.state(), CircuitState::Open), 1);
    });
}

#[test]
fn loom_at_the_deadline_one_probe_passes_and_it_is_half_open_once() {
    loom::model(|| {
        let circuit = waited();
        let admit = |circuit: &Handle| circuit.state().admit().is_ok();
        let other = apart(&circuit, admit);
        let admitted = [admit(&circuit), other.join().unwrap()];
        assert_eq!(admitted.iter().filter(|admitted| **admitted).count(), 1);
        assert_eq!(entered(circuit.state(), CircuitState::HalfOpen), 1);
        assert_eq!(circuit.state().word.read().probes, 1);
    });
}

#[test]
fn loom_a_straggler_decides_nothing_while_a_probe_closes() {
    loom::model(|| {
        let circuit = circuit(1, Duration::from_nanos(1));
        let (mut straggler, mut last) = (begin(&circuit), begin(&circuit));
        last.end(BROKEN);
        while circuit.state().until() >= now() {}
        let late = apart(&circuit, move |_| straggler.end(BROKEN));
        let pass = circuit.state().admit().unwrap();
        assert_eq!(pass.kind, Kind::Probe);
        Permit::new(circuit.lease(), pass).end(GOOD);
        late.join().unwrap();
        let phase = circuit.state().word.read();
        assert_eq!((phase.state, phase.probes), (CircuitState::Closed, 0));
        assert_eq!(entered(circuit.state(), CircuitState::Open), 1);
    });
}

#[test]
fn loom_a_probe_that_ends_while_it_is_reset_leaves_no_place_taken() {
    loom::model(|| {
        let circuit = waited();
        let pass: Pass = circuit.state().admit().unwrap();
        let mut probe = Permit::new(circuit.lease(), pass);
        let ends = apart(&circuit, move |_| probe.end(BROKEN));
        circuit.state().reset(now());
        ends.join().unwrap();
        let phase = circuit.state().word.read();
        assert_eq!((phase.state, phase.probes), (CircuitState::Closed, 0));
    });
}

#[test]
fn loom_the_first_trouble_of_two_threads_is_one() {
    loom::model(|| {
        let circuit = circuit(9, Duration::from_secs(5));
        let forces = apart(&circuit, |circuit| circuit.state().force(now()));
        let era = circuit.state().force(now());
        let other = forces.join().unwrap();
        assert_eq!(entered(circuit.state(), CircuitState::ForcedOpen), 1);
        circuit.state().release(now(), era);
        assert_eq!(circuit.state().word.read().state, CircuitState::ForcedOpen);
        circuit.state().release(now(), other);
        assert_eq!(circuit.state().word.read().state, CircuitState::HalfOpen);
    });
}
