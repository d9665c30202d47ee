//! Reads the record, changes the script.

use std::fmt;
use std::sync::Arc;

use super::answer::Answer;
use super::error::ProbeError;
use super::seen::Seen;
use super::shared::Shared;
use crate::error::Error;

/// Reads what was done to a [`Probe`](super::service::Probe), and changes what it does.
///
/// ```
/// use ms_core::testing::{probe::{Answer, Probe}, wakes::Wakes};
///
/// let (mut probe, handle) = Probe::new(|n: u32| Answer::ready(n));
/// let wakes = Wakes::new();
///
/// handle.not_ready();
/// assert!(wakes.poll_ready::<_, u32>(&mut probe).is_pending());
/// handle.ready();
/// assert_eq!(wakes.count(), 1);
/// assert!(wakes.poll_ready::<_, u32>(&mut probe).is_ready());
/// assert_eq!(handle.seen().idle_ready, 1);
/// ```
pub struct ProbeHandle<Req, Res, Err = Error<ProbeError>> {
    shared: Arc<Shared<Req, Res, Err>>,
}

impl<Req, Res, Err> ProbeHandle<Req, Res, Err> {
    pub(super) const fn new(shared: Arc<Shared<Req, Res, Err>>) -> Self {
        Self { shared }
    }

    /// What was done to the probe so far.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.shared.with(|state| Seen {
            waiting_ready: state.readiness.waiters.len(),
            waiting_answers: state.gate.waiters.len(),
            ..state.seen
        })
    }

    /// The requests that it was called with, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Req>
    where
        Req: Clone,
    {
        self.shared.with(|state| state.requests.clone())
    }

    /// The same, and forgets them.
    #[must_use]
    pub fn take_requests(&self) -> Vec<Req> {
        self.shared.with(|state| std::mem::take(&mut state.requests))
    }

    /// From now on, calls are answered as `responder` says.
    pub fn respond<F>(&self, responder: F)
    where
        F: Fn(Req) -> Answer<Res, Err> + Send + Sync + 'static,
    {
        self.shared.with(|state| state.responder = Arc::new(responder));
    }

    /// The probe is ready, as at the beginning: nothing is held, nothing fails.
    pub fn ready(&self) {
        self.shared.waking(|state| {
            state.readiness.open = true;
            state.readiness.failing = None;
            state.readiness.failures.clear();
            state.readiness.wake()
        });
    }

    /// No instance becomes ready until [`ready`](Self::ready); one that said it was stays so.
    pub fn not_ready(&self) {
        self.shared.with(|state| state.readiness.open = false);
    }

    /// At most `permits` are out at a time: with instances that are ready and not called yet, and
    /// with calls in flight.
    pub fn limit(&self, permits: usize) {
        self.shared.waking(|state| {
            state.readiness.limit = permits;
            state.readiness.wake()
        });
    }

    /// The next poll for readiness fails; the one after it is as before.
    pub fn fail_readiness_once(&self, error: impl Into<Err>) {
        let error = error.into();
        self.shared.waking(|state| {
            state.readiness.failures.push_back(error);
            state.readiness.wake()
        });
    }

    /// Every poll for readiness fails until [`ready`](Self::ready).
    pub fn fail_readiness<F>(&self, make: F)
    where
        F: FnMut() -> Err + Send + 'static,
    {
        self.shared.waking(|state| {
            state.readiness.failing = Some(Box::new(make));
            state.readiness.wake()
        });
    }

    /// The next `answers` that are [held](Answer::held) are given, to those who poll first.
    pub fn release(&self, answers: usize) {
        self.shared.waking(|state| {
            state.gate.permits += answers;
            state.gate.waiters.take()
        });
    }

    /// All answers that are [held](Answer::held) are given, and those that come are not held.
    pub fn release_all(&self) {
        self.shared.waking(|state| {
            state.gate.open = true;
            state.gate.waiters.take()
        });
    }
}

impl<Req, Res, Err> Clone for ProbeHandle<Req, Res, Err> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<Req, Res, Err> fmt::Debug for ProbeHandle<Req, Res, Err> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProbeHandle").field("seen", &self.seen()).finish_non_exhaustive()
    }
}
