//! Whether a probe is ready, and for how many at a time.

use std::collections::VecDeque;
use std::fmt;
use std::task::{Poll, Waker};

use super::waiters::Waiters;

/// The permits of readiness, and who has to wait for one.
pub(super) struct Readiness<Err> {
    pub(super) open: bool,
    pub(super) limit: usize,
    /// Permits that are out: with idle instances and with calls in flight.
    pub(super) taken: usize,
    /// What the next polls fail with.
    pub(super) failures: VecDeque<Err>,
    /// What every poll fails with.
    pub(super) failing: Option<Box<dyn FnMut() -> Err + Send>>,
    pub(super) waiters: Waiters,
}

impl<Err> Default for Readiness<Err> {
    fn default() -> Self {
        let waiters = Waiters::default();
        let failures = VecDeque::new();
        Self { open: true, limit: usize::MAX, taken: 0, failures, failing: None, waiters }
    }
}

impl<Err> Readiness<Err> {
    /// One poll of the instance `id`; `Ready(Ok(true))` hands out a permit.
    pub(super) fn poll(&mut self, id: usize, has: bool, waker: &Waker) -> Poll<Result<bool, Err>> {
        let failure = self.failing.as_mut().map(|make| make());
        if let Some(error) = failure.or_else(|| self.failures.pop_front()) {
            self.waiters.leave(id);
            return Poll::Ready(Err(error));
        }
        if has {
            return Poll::Ready(Ok(false));
        }
        if !self.has_room() {
            self.waiters.wait(id, waker);
            return Poll::Pending;
        }
        self.waiters.leave(id);
        self.taken += 1;
        Poll::Ready(Ok(true))
    }

    /// A permit came back: who is to be woken.
    pub(super) fn give_back(&mut self) -> Vec<Waker> {
        self.taken -= 1;
        self.wake()
    }

    /// Who is to be woken after something changed.
    pub(super) fn wake(&mut self) -> Vec<Waker> {
        let news = self.has_room() || self.failing.is_some() || !self.failures.is_empty();
        if news { self.waiters.take() } else { Vec::new() }
    }

    const fn has_room(&self) -> bool {
        self.open && self.taken < self.limit
    }
}

impl<Err> fmt::Debug for Readiness<Err> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readiness")
            .field("open", &self.open)
            .field("limit", &self.limit)
            .field("taken", &self.taken)
            .finish_non_exhaustive()
    }
}
