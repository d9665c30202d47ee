//! The worker that delivers what waits, as a future.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ms_core::rejection::Rejectable;
use ms_core::verdict::Classify;
use pin_project::{pin_project, pinned_drop};
use tower_service::Service;

use super::codec::Decode;
use super::handle::Queue;
use super::step::Step;
use super::store::Store;
use super::worker::{DrainError, Worker};

/// Delivers what waits, one after the other: made by [`Queue::drain`].
///
/// Spawn it. It ends only if it cannot go on. Dropped, it leaves the entry that it was at for the
/// next one, and that attempt does not count. A panic of the service unwinds and does: after
/// `max_attempts` of them the entry is set aside.
#[pin_project(PinnedDrop)]
#[must_use = "futures do nothing unless polled"]
pub struct Drain<St, C, S, V>
where
    St: Store,
    C: Decode,
    S: Service<C::Request>,
{
    #[pin]
    step: Step<St::Written, C::Request, S::Future>,
    worker: Worker<St, C, S, V>,
}

impl<St: Store, C: Decode> Queue<St, C> {
    /// Delivers what waits to `service`, one after the other and in order, as `classifier` says:
    ///
    /// | verdict | the entry |
    /// |---|---|
    /// | success | is done |
    /// | failure that sending again does not mend | is set aside |
    /// | failure | is tried again after a wait, `max_attempts` times, and then set aside |
    /// | neutral, rejected by our own side, never sent, overloaded | is tried again after a wait |
    pub fn drain<S, V>(&self, service: S, classifier: V) -> Drain<St, C, S, V>
    where
        S: Service<C::Request>,
        S::Error: Rejectable,
        V: Classify<S::Response, S::Error>,
    {
        Drain { worker: Worker::new(self.clone(), service, classifier), step: Step::Waiting }
    }
}

impl<St, C, S, V> Future for Drain<St, C, S, V>
where
    St: Store,
    C: Decode,
    S: Service<C::Request>,
    S::Error: Rejectable,
    V: Classify<S::Response, S::Error>,
{
    type Output = DrainError;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<DrainError> {
        let mut this = self.project();
        loop {
            match ready!(this.worker.poll_step(this.step.as_mut(), cx)) {
                Ok(Step::Waiting) => {
                    this.step.set(Step::Waiting);
                    // Others have their turn between two entries.
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Ok(next) => this.step.set(next),
                Err(error) => {
                    this.step.set(Step::Over);
                    this.worker.stop();
                    return Poll::Ready(error);
                }
            }
        }
    }
}

/// A worker that is stopped is no fault of the entry that it was at.
#[pinned_drop]
impl<St, C, S, V> PinnedDrop for Drain<St, C, S, V>
where
    St: Store,
    C: Decode,
    S: Service<C::Request>,
{
    fn drop(self: Pin<&mut Self>) {
        let mut this = self.project();
        let attempt = this.step.attempt();
        this.step.set(Step::Over);
        if let Some(item) = attempt {
            this.worker.excuse(item);
        }
    }
}

impl<St, C, S, V> fmt::Debug for Drain<St, C, S, V>
where
    St: Store,
    C: Decode,
    S: Service<C::Request>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drain").field("worker", &self.worker).finish_non_exhaustive()
    }
}
