//! What a call holds that waits: a place in the queue.

use std::sync::Arc;
use std::task::Context as TaskContext;
use std::time::Duration;

use ms_core::clock::{Instant, now};
use ms_core::rejection::{Reason, Rejection};

use super::gate::{Joined, Waits};
use super::permit::Permit;
use super::queue::Place;
use super::shared::Shared;

/// What becomes of a call that is not admitted at once.
#[derive(Debug)]
pub(super) enum Entry {
    Admitted(Permit),
    Waits(Waiter),
    Refused(Rejection),
}

/// A call in the queue. Dropped, it leaves at once, and passes on what it had just been given.
#[derive(Debug)]
pub(super) struct Waiter {
    shared: Arc<Shared>,
    /// Empty once the wait is over.
    place: Option<Place>,
    since: Instant,
}

impl Waiter {
    /// A call comes that was not admitted at once.
    pub(super) fn join(shared: &Arc<Shared>) -> Entry {
        match shared.gate.join() {
            Joined::Admitted => Entry::Admitted(Permit::admitted(Arc::clone(shared))),
            Joined::Refused(state) => Entry::Refused(shared.refuse(state)),
            Joined::Waits(place) => {
                let shared = Arc::clone(shared);
                Entry::Waits(Self { shared, place: Some(place), since: now() })
            }
        }
    }

    /// When it came, and how long it may wait.
    pub(super) fn term(&self) -> (Instant, Duration) {
        (self.since, self.shared.max_wait())
    }

    /// When it came.
    pub(super) const fn since(&self) -> Instant {
        self.since
    }

    /// The permit, once it is there; before, the task is woken then.
    pub(super) fn poll(&mut self, cx: &TaskContext<'_>) -> Option<Permit> {
        let since = self.since;
        let told = |waits: &mut Waits| waits.spread.record(now() - since);
        match self.shared.gate.poll(self.place.take()?, cx.waker(), told) {
            Ok(()) => Some(Permit::admitted(Arc::clone(&self.shared))),
            Err(place) => {
                self.place = Some(place);
                None
            }
        }
    }

    /// Waits no longer, for `reason`, unless it was admitted at the last moment.
    pub(super) fn give_up(&mut self, reason: &'static Reason) -> Result<Permit, Rejection> {
        let waited = now() - self.since;
        let is_admitted = self.place.take().is_some_and(|place| {
            self.shared.gate.leave(place, |waits, is_admitted| {
                waits.spread.record(waited);
                waits.given_up += u64::from(!is_admitted);
            })
        });
        if is_admitted {
            return Ok(Permit::admitted(Arc::clone(&self.shared)));
        }
        Err(self.shared.reject(reason, self.shared.gate.state(), waited))
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        let Some(place) = self.place.take() else { return };
        let waited = now() - self.since;
        let is_admitted = self.shared.gate.leave(place, |waits, _| {
            waits.spread.record(waited);
            waits.cancelled += 1;
        });
        if is_admitted {
            self.shared.gate.release();
        }
    }
}
