//! The response future.

use std::fmt;
use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use pin_project::{pin_project, pinned_drop};

use super::answer::{Answer, PANIC_IN_POLL, What, When};
use super::shared::{Permit, Shared};
use crate::clock::{Alarm, Instant, later, now};

/// The response future of [`Probe`](super::service::Probe).
#[pin_project(PinnedDrop)]
#[must_use = "futures do nothing unless polled"]
pub struct ProbeFuture<Req, Res, Err> {
    shared: Arc<Shared<Req, Res, Err>>,
    id: usize,
    called: Instant,
    when: When,
    #[pin]
    alarm: Option<Alarm>,
    /// Empty once the answer was given.
    what: Option<What<Res, Err>>,
    permit: Option<Permit<Req, Res, Err>>,
}

impl<Req, Res, Err> ProbeFuture<Req, Res, Err> {
    pub(super) fn new(
        shared: Arc<Shared<Req, Res, Err>>,
        answer: Answer<Res, Err>,
        permit: Option<Permit<Req, Res, Err>>,
    ) -> Self {
        shared.with(|state| state.seen.started());
        let Answer { what, when } = answer;
        let (id, called, alarm) = (shared.id(), now(), None);
        Self { shared, id, called, when, alarm, what: Some(what), permit }
    }
}

impl<Req, Res, Err> Future for ProbeFuture<Req, Res, Err> {
    type Output = Result<Res, Err>;

    /// # Panics
    /// When the script says so, and when it is polled after it gave its answer.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        this.shared.with(|state| state.seen.polls += 1);
        match this.when {
            When::Now | When::AfterPolls(0) => {}
            When::AfterPolls(left) => {
                *left -= 1;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            When::After(delay) => {
                ready!(Alarm::poll_at(this.alarm, cx, later(*this.called, *delay)));
            }
            When::Released => ready!(this.shared.with(|state| state.gate.poll(*this.id, cx))),
            When::Never => {
                this.shared.with(|state| state.gate.waiters.wait(*this.id, cx.waker()));
                return Poll::Pending;
            }
        }
        let what = this.what.take().expect("a response future was polled after its answer");
        this.shared.with(|state| state.seen.in_flight -= 1);
        drop(this.permit.take());
        let What::Result(result) = what else {
            this.shared.with(|state| state.seen.panics += 1);
            resume_unwind(Box::new(PANIC_IN_POLL));
        };
        this.shared.with(|state| state.seen.finished += 1);
        Poll::Ready(result)
    }
}

#[pinned_drop]
impl<Req, Res, Err> PinnedDrop for ProbeFuture<Req, Res, Err> {
    fn drop(self: Pin<&mut Self>) {
        let this = self.project();
        this.shared.with(|state| {
            state.gate.waiters.leave(*this.id);
            let unfinished = usize::from(this.what.is_some());
            state.seen.in_flight -= unfinished;
            state.seen.dropped += unfinished;
        });
    }
}

impl<Req, Res, Err> fmt::Debug for ProbeFuture<Req, Res, Err> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProbeFuture")
            .field("when", &self.when)
            .field("answered", &self.what.is_none())
            .finish_non_exhaustive()
    }
}
