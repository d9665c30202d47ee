//! Many threads at once.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use ms_core::registry::Heard;
use ms_core::testing::probe::Answer;
use ms_core::testing::reading::value;
use tokio::runtime::Builder;

use super::super::ENDPOINT_LEFT;
use super::super::roster::{Roster, Scene, Set};
use super::super::standing::{Change, Rules};
use super::{Error, config, ms, stand};

const RULES: Rules = Rules { failures: 1, return_over: 1000, sticky: false };

/// All endpoints are available, and it is this moment.
struct Now(u64);

impl Scene for Now {
    fn rules(&self) -> Rules {
        RULES
    }

    fn now(&mut self) -> u64 {
        self.0
    }

    fn availability(&mut self, _: usize) -> Result<(), Option<u64>> {
        Ok(())
    }

    fn chance(&mut self) -> f64 {
        0.5
    }

    fn turn(&mut self, _: usize, change: impl FnOnce() -> Option<Change>) {
        change();
    }
}

#[test]
fn s_fo_3_of_many_threads_one_goes_to_find_out() {
    let roster = Roster::new(2);
    let (barrier, probes) = (Barrier::new(8), AtomicUsize::new(0));
    let go = || {
        for now in (0..300).map(|round| round * 10_000) {
            if barrier.wait().is_leader() {
                // The primary falls, and after a tenth of the time it takes to return is due.
                roster.standing(0).reset();
                let generation = roster.standing(0).read().generation;
                roster.standing(0).fail(generation, now, RULES);
            }
            barrier.wait();
            let pick = roster.next(Set::default(), &mut Now(now + 100)).unwrap();
            probes.fetch_add(usize::from(pick.index() == 0), Ordering::SeqCst);
            barrier.wait();
        }
    };
    thread::scope(|scope| {
        (0..8).for_each(|_| {
            scope.spawn(go);
        });
    });
    assert_eq!(probes.load(Ordering::SeqCst), 300);
}

#[test]
fn s_4_many_threads_lose_no_call_and_tell_each_change_once() {
    let stand = stand();
    stand.handle.reconfigure(&config().return_over(ms(10)).failures(2)).unwrap();
    let mut events = stand.handle.subscribe();
    let asked = AtomicUsize::new(0);
    stand.endpoints[0].respond(move |_| match asked.fetch_add(1, Ordering::Relaxed) / 4 % 2 {
        0 => Answer::ready(0),
        _ => Answer::result(Err(Error::NotSent(0))),
    });
    let left = || value(&stand.registry, ENDPOINT_LEFT.name(), &[("endpoint", "1")]).unwrap();
    let go = || {
        let (mut calls, runtime) = (0, Builder::new_current_thread().enable_time().build());
        runtime.unwrap().block_on(async {
            while left() < 5.0 {
                for _ in 0..100 {
                    stand.call(2).await.unwrap();
                }
                calls += 100;
            }
        });
        calls
    };
    let calls: u32 = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(go)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });

    assert_eq!(stand.counted("answered") + stand.counted("moved"), f64::from(calls));
    let mut seen = stand.endpoints.iter().map(|endpoint| endpoint.seen());
    assert!(seen.all(|seen| seen.in_flight == 0 && seen.unready_calls == 0));
    let mut stood = "returned";
    while let Some(Heard::Event(event)) = events.try_next() {
        let follows = match event.what {
            "left" => ["returns", "returned"].contains(&stood),
            "returns" => stood == "left",
            "returned" => stood == "returns",
            _ => continue,
        };
        assert!(follows, "{} after {stood}", event.what);
        stood = event.what;
    }
}
