//! Whoever is told to wait is woken, once it is worth it and not before.

use std::fmt::Debug;
use std::task::Poll;

use super::drive::{Driven, Law, attempt};
use super::passing::echo;
use super::subject::{Handle, Inner, TestedCloneLayer, TestedLayer};
use crate::testing::probe::{Answer, Probe};
use crate::testing::wakes::Wakes;

/// Polls that a layer may use up while nothing happens.
const FEW_POLLS: usize = 4;

/// What a call waits for.
#[derive(Debug, Clone, Copy)]
enum Held {
    Readiness,
    Answer,
}

impl Held {
    const BOTH: [Self; 2] = [Self::Readiness, Self::Answer];

    fn probe(self) -> (Inner, Handle) {
        let (probe, handle) = match self {
            Self::Readiness => echo(),
            Self::Answer => Probe::new(|request: u32| Answer::ready(request).held()),
        };
        if matches!(self, Self::Readiness) {
            handle.not_ready();
        }
        (probe, handle)
    }

    /// Whether a call waits that has to, but for a layer that refuses what it cannot serve at once.
    fn keeps_waiting<E: Debug>(self, law: Law, call: Poll<Result<u32, E>>) -> bool {
        match (self, call) {
            (_, Poll::Pending) => true,
            (Self::Readiness, Poll::Ready(Err(_))) => false,
            (_, Poll::Ready(outcome)) => {
                law.broken(format_args!("it gave {outcome:?} while {self:?} was held back"))
            }
        }
    }
}

fn release(handle: &Handle) {
    handle.ready();
    handle.release_all();
}

/// A call that waits for the readiness or the answer of the inner service is woken when it comes,
/// and not by the clock: it stands still (S-10).
pub async fn who_waits_is_woken<L: TestedLayer>(make: impl Fn() -> L) {
    let law = Law("who_waits_is_woken");
    for held in Held::BOTH {
        let (probe, handle) = held.probe();
        let mut service = make().layer(probe);
        let mut call = Driven::new(attempt(&mut service, 7));
        call.poll();
        if !held.keeps_waiting(law, call.settle().await) {
            continue;
        }
        release(&handle);
        match call.settle().await {
            Poll::Ready(outcome) => law.require_answer("after it waited", &outcome, 7),
            Poll::Pending => law.broken(format_args!("{held:?} came, and nobody was woken")),
        }
    }
}

/// While nothing happens, nobody is woken: no busy loop (S-10).
pub async fn who_waits_is_left_alone<L: TestedLayer>(make: impl Fn() -> L) {
    let law = Law("who_waits_is_left_alone");
    for held in Held::BOTH {
        let (probe, handle) = held.probe();
        let mut service = make().layer(probe);
        let mut call = Driven::new(attempt(&mut service, 7));
        call.poll();
        let _ = call.settle().await;
        let (polls, seen) = (call.polls, handle.seen());
        let inner = seen.polls + seen.ready_polls;
        let what = format!("while it waited for {held:?}, the call was polled {polls} times");
        law.require(polls <= FEW_POLLS, what);
        let what = format!("while it waited for {held:?}, the inner was polled {inner} times");
        law.require(inner <= 2 * FEW_POLLS, what);
    }
}

/// A call that moved to another task is woken there: the latest waker counts.
pub async fn the_latest_waker_is_woken<L: TestedLayer>(make: impl Fn() -> L) {
    let law = Law("the_latest_waker_is_woken");
    for held in Held::BOTH {
        let (probe, handle) = held.probe();
        let mut service = make().layer(probe);
        let mut call = Driven::new(attempt(&mut service, 7));
        let old = Wakes::new();
        call.poll_with(&old);
        call.poll();
        if !held.keeps_waiting(law, call.settle().await) {
            continue;
        }
        release(&handle);
        let finished = call.settle().await.is_ready();
        let woken = old.count();
        let what = format!("{held:?} came, and only the first waker was woken ({woken} times)");
        law.require(finished, what);
    }
}

/// Of several clones that wait for readiness, each is woken.
pub async fn every_waiting_clone_is_woken<L: TestedCloneLayer>(make: impl Fn() -> L) {
    let law = Law("every_waiting_clone_is_woken");
    let (probe, handle) = Held::Readiness.probe();
    let service = make().layer(probe);
    let mut clones: Vec<_> = (0..3).map(|_| service.clone()).collect();
    let mut waiting = Vec::new();
    for clone in &mut clones {
        let mut call = Driven::new(attempt(clone, 7));
        call.poll();
        if Held::Readiness.keeps_waiting(law, call.settle().await) {
            waiting.push(call);
        }
    }
    let all = waiting.len();
    release(&handle);
    let mut woken = 0;
    for call in &mut waiting {
        woken += usize::from(call.settle().await.is_ready());
    }
    law.require(woken == all, format_args!("{all} clones waited, {woken} of them were woken"));
}
