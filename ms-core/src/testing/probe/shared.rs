//! What a probe, its clones, its futures and its handles share.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use super::answer::Answer;
use super::readiness::Readiness;
use super::seen::Seen;
use super::waiters::Waiters;

pub(super) type Responder<Req, Res, Err> = Arc<dyn Fn(Req) -> Answer<Res, Err> + Send + Sync>;

/// The record and the script. No waker is woken and no responder runs while it is locked.
pub(super) struct Shared<Req, Res, Err> {
    state: Mutex<State<Req, Res, Err>>,
}

pub(super) struct State<Req, Res, Err> {
    pub(super) seen: Seen,
    pub(super) requests: Vec<Req>,
    pub(super) responder: Responder<Req, Res, Err>,
    pub(super) keep: fn(&Req) -> Option<Req>,
    pub(super) readiness: Readiness<Err>,
    pub(super) gate: Gate,
    ids: usize,
}

/// What holds the answers back that wait for the handle.
#[derive(Debug, Default)]
pub(super) struct Gate {
    pub(super) open: bool,
    pub(super) permits: usize,
    pub(super) waiters: Waiters,
}

impl<Req, Res, Err> Shared<Req, Res, Err> {
    pub(super) fn new(
        responder: Responder<Req, Res, Err>,
        keep: fn(&Req) -> Option<Req>,
    ) -> Arc<Self> {
        let (seen, requests, readiness) = (Seen::default(), Vec::new(), Readiness::default());
        let gate = Gate::default();
        let state = State { seen, requests, responder, keep, readiness, gate, ids: 0 };
        Arc::new(Self { state: Mutex::new(state) })
    }

    /// Looks at the state, or changes it, and wakes nobody.
    pub(super) fn with<T>(&self, f: impl FnOnce(&mut State<Req, Res, Err>) -> T) -> T {
        f(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the state, and then wakes whom `f` names.
    pub(super) fn waking(&self, f: impl FnOnce(&mut State<Req, Res, Err>) -> Vec<Waker>) {
        let wakers = self.with(f);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// A number that nobody else has.
    pub(super) fn id(&self) -> usize {
        self.with(|state| {
            state.ids += 1;
            state.ids
        })
    }
}

impl Gate {
    pub(super) fn poll(&mut self, id: usize, cx: &Context<'_>) -> Poll<()> {
        if !self.open && self.permits == 0 {
            self.waiters.wait(id, cx.waker());
            return Poll::Pending;
        }
        self.waiters.leave(id);
        self.permits = self.permits.saturating_sub(1);
        Poll::Ready(())
    }
}

/// A permit of readiness: idle in an instance until it is called, then busy in a future.
pub(super) struct Permit<Req, Res, Err> {
    shared: Arc<Shared<Req, Res, Err>>,
    idle: bool,
}

impl<Req, Res, Err> Permit<Req, Res, Err> {
    /// For a permit that [`Readiness::poll`] handed out.
    pub(super) fn idle(shared: &Arc<Shared<Req, Res, Err>>) -> Self {
        shared.with(|state| state.seen.idle_ready += 1);
        Self { shared: Arc::clone(shared), idle: true }
    }

    /// The same permit, used by a call.
    pub(super) fn busy(mut self) -> Self {
        self.shared.with(|state| state.seen.idle_ready -= 1);
        self.idle = false;
        self
    }
}

impl<Req, Res, Err> Drop for Permit<Req, Res, Err> {
    fn drop(&mut self) {
        self.shared.waking(|state| {
            state.seen.idle_ready -= usize::from(self.idle);
            state.readiness.give_back()
        });
    }
}
