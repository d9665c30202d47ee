//! The response future.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use ms_core::availability::Available;
use ms_core::rejection::{Rejectable, Rejection};
use ms_core::repeat::Repeat;
use ms_core::verdict::{Classify, Verdict, judge};
use pin_project::pin_project;
use tower_service::Service;

use super::call::Call;
use super::late::Late;
use super::metric::CallOutcome;

/// The response future of [`Failover`](super::Failover).
#[pin_project]
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture<S, K, C, Req>
where
    S: Service<K::Sent>,
    K: Repeat<Req>,
{
    #[pin]
    stage: Stage<S, S::Future, K::Sent, S::Response, S::Error>,
    call: Call<S, K, C, K::Kept>,
}

#[pin_project(project = StageProj)]
enum Stage<S, F, Sent, Res, Err> {
    /// The endpoint that was ready is asked: for most calls all there is.
    First(#[pin] F),
    Late(#[pin] Late<S, F, Sent, Res, Err>),
}

impl<S, K, C, Req> ResponseFuture<S, K, C, Req>
where
    S: Service<K::Sent>,
    K: Repeat<Req>,
{
    /// An endpoint is asked.
    #[inline]
    pub(super) const fn calling(future: S::Future, call: Call<S, K, C, K::Kept>) -> Self {
        Self { stage: Stage::First(future), call }
    }

    /// An endpoint has to become ready for `request`.
    pub(super) fn readying(service: S, request: K::Sent, call: Call<S, K, C, K::Kept>) -> Self {
        Self { stage: Stage::Late(Late::readying(service, request)), call }
    }

    /// No endpoint is asked.
    pub(super) fn refused(rejection: Rejection, mut call: Call<S, K, C, K::Kept>) -> Self {
        call.end(CallOutcome::Rejected);
        Self { stage: Stage::Late(Late::refused(rejection)), call }
    }
}

impl<S, K, C, Req> Future for ResponseFuture<S, K, C, Req>
where
    S: Service<K::Sent> + Available + Clone,
    S::Error: Rejectable + fmt::Debug,
    K: Repeat<Req>,
    C: Classify<S::Response, S::Error>,
{
    type Output = Result<S::Response, S::Error>;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = self.as_mut().project();
        let StageProj::First(future) = this.stage.project() else {
            return self.poll_late(cx);
        };
        let Poll::Ready(result) = this.call.ask(|| future.poll(cx)) else {
            this.call.wait();
            return Poll::Pending;
        };
        let shared = this.call.shared();
        let verdict = judge(&shared.classifier, result.as_ref());
        if verdict != Some(Verdict::Success) {
            return self.poll_on(cx, result, verdict);
        }
        shared.purse.succeed();
        this.call.answered();
        Poll::Ready(result)
    }
}

impl<S, K, C, Req> ResponseFuture<S, K, C, Req>
where
    S: Service<K::Sent> + Available + Clone,
    S::Error: Rejectable + fmt::Debug,
    K: Repeat<Req>,
    C: Classify<S::Response, S::Error>,
{
    /// The first endpoint gave no answer.
    #[cold]
    #[inline(never)]
    fn poll_on(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        result: Result<S::Response, S::Error>,
        verdict: Option<Verdict>,
    ) -> Poll<Result<S::Response, S::Error>> {
        let mut this = self.as_mut().project();
        // All that the attempt held is gone before there is another, but what it gave.
        this.stage.set(Stage::Late(Late::new()));
        if let StageProj::Late(late) = this.stage.project()
            && let Some(result) = late.settle::<K, C, Req>(result, verdict, this.call)
        {
            return Poll::Ready(result);
        }
        self.poll_late(cx)
    }

    #[inline(never)]
    fn poll_late(
        self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Result<S::Response, S::Error>> {
        let this = self.project();
        match this.stage.project() {
            StageProj::Late(late) => late.poll::<K, C, Req>(cx, this.call),
            StageProj::First(_) => Poll::Pending,
        }
    }
}

impl<S, K, C, Req> fmt::Debug for ResponseFuture<S, K, C, Req>
where
    S: Service<K::Sent>,
    K: Repeat<Req>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").field("call", &self.call).finish_non_exhaustive()
    }
}
