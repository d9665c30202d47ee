//! How places are handed over, in every interleaving.

use std::sync::Arc;
use std::task::Waker;

use loom::thread::{JoinHandle, spawn};
use ms_core::sync::{AtomicU32, Ordering};
use ms_core::testing::wakes::Wakes;

use super::super::gate::{Gate, Joined};
use super::super::queue::Place;

/// A gate with so many places, all of which are taken.
fn full(limit: u32) -> Arc<Gate> {
    let gate = Arc::new(Gate::new(limit, 4));
    (0..limit).for_each(|_| gate.admit().unwrap());
    gate
}

fn apart(gate: &Arc<Gate>, act: impl FnOnce(&Gate) + 'static) -> JoinHandle<()> {
    let gate = Arc::clone(gate);
    spawn(move || act(&gate))
}

fn wait(gate: &Gate) -> Place {
    let Joined::Waits(place) = gate.join() else { panic!("there is a place") };
    place
}

fn is_admitted(gate: &Gate, place: Place) -> bool {
    gate.poll(place, Waker::noop(), |_| ()).is_ok()
}

fn counts(gate: &Gate) -> (u32, u32) {
    (gate.state().in_flight(), gate.state().waiting())
}

#[test]
fn loom_one_at_a_time_and_each_sees_what_the_one_before_it_left() {
    loom::model(|| {
        let gate = Arc::new(Gate::new(1, 0));
        let inside = Arc::new(AtomicU32::new(0));
        let visit = |gate: &Gate, inside: &AtomicU32| {
            if gate.admit().is_ok() {
                assert_eq!(inside.load(Ordering::Relaxed), 0);
                inside.store(1, Ordering::Relaxed);
                inside.store(0, Ordering::Relaxed);
                gate.release();
            }
        };
        let threads = [(); 2].map(|()| {
            let inside = Arc::clone(&inside);
            apart(&gate, move |gate| visit(gate, &inside))
        });
        visit(&gate, &inside);
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(counts(&gate), (0, 0));
    });
}

#[test]
fn loom_who_comes_as_another_goes_is_never_left_waiting() {
    loom::model(|| {
        let gate = full(1);
        let goes = apart(&gate, Gate::release);
        let joined = gate.join();
        goes.join().unwrap();
        match joined {
            Joined::Admitted => {}
            Joined::Waits(place) => assert!(is_admitted(&gate, place)),
            Joined::Refused(_) => panic!("it may wait"),
        }
        assert_eq!(counts(&gate), (1, 0));
    });
}

#[test]
fn loom_who_asks_as_its_turn_comes_has_it_or_is_woken() {
    loom::model(|| {
        let gate = full(1);
        let place = wait(&gate);
        let goes = apart(&gate, Gate::release);
        let wakes = Wakes::new();
        let polled = gate.poll(place, &wakes.waker(), |_| ());
        goes.join().unwrap();
        if let Err(place) = polled {
            assert_eq!(wakes.count(), 1);
            assert!(is_admitted(&gate, place));
        }
        assert_eq!(counts(&gate), (1, 0));
    });
}

#[test]
fn loom_who_leaves_as_its_turn_comes_passes_it_on() {
    loom::model(|| {
        let gate = full(1);
        let (first, second) = (wait(&gate), wait(&gate));
        let goes = apart(&gate, Gate::release);
        if gate.leave(first, |_, _| ()) {
            gate.release();
        }
        goes.join().unwrap();
        assert!(is_admitted(&gate, second));
        assert_eq!(counts(&gate), (1, 0));
    });
}

#[test]
fn loom_room_that_comes_from_two_sides_is_for_two() {
    loom::model(|| {
        let gate = full(1);
        let first = wait(&gate);
        let goes = apart(&gate, Gate::release);
        let grows = apart(&gate, |gate| {
            let _ = gate.reconfigure(2, None, true);
            gate.serve();
        });
        let second = gate.join();
        goes.join().unwrap();
        grows.join().unwrap();
        assert!(is_admitted(&gate, first));
        match second {
            Joined::Admitted => {}
            Joined::Waits(place) => assert!(is_admitted(&gate, place)),
            Joined::Refused(_) => panic!("it may wait"),
        }
        assert_eq!(counts(&gate), (2, 0));
    });
}

#[test]
fn loom_nobody_is_admitted_beyond_a_limit_that_has_shrunk() {
    loom::model(|| {
        let gate = Arc::new(Gate::new(2, 0));
        let comes = apart(&gate, |gate| {
            let _ = gate.admit();
        });
        let shrinks = apart(&gate, |gate| {
            let before = gate.reconfigure(1, None, true).in_flight();
            assert!(gate.state().in_flight() <= before.max(1));
        });
        let _ = gate.admit();
        comes.join().unwrap();
        shrinks.join().unwrap();
        let state = gate.state();
        assert!(state.in_flight() <= 2 && gate.admit().is_ok() == (state.in_flight() < 1));
    });
}
