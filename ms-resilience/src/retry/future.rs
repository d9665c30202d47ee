//! The response future.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use ms_core::rejection::Rejectable;
use ms_core::repeat::Repeat;
use ms_core::verdict::{Classify, Verdict, judge};
use pin_project::pin_project;
use tower_service::Service;

use super::call::Call;
use super::ended::Ended;
use super::late::Late;
use super::metric::CallOutcome;
use crate::schedule::Schedule;

/// The response future of [`RetryService`](super::RetryService).
#[pin_project]
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture<S, K, C, P, Req>
where
    S: Service<K::Sent>,
    K: Repeat<Req>,
    P: Schedule,
{
    #[pin]
    stage: Stage<S, K, C, P, Req>,
}

/// What a call holds is in here. Its tag is as large as it is aligned: with a gap behind it, a
/// future would be moved here twice.
#[pin_project(project = StageProj, project_replace = StageOwn)]
#[allow(clippy::large_enum_variant, reason = "a call that is tried again is not to allocate")]
#[repr(u64)]
enum Stage<S, K, C, P, Req>
where
    S: Service<K::Sent>,
    K: Repeat<Req>,
    P: Schedule,
{
    First {
        #[pin]
        future: S::Future,
        call: Call<S, K, C, P, K::Kept>,
    },
    Late(#[pin] Late<S, K, C, P, Req>),
    Over,
}

impl<S, K, C, P, Req> ResponseFuture<S, K, C, P, Req>
where
    S: Service<K::Sent>,
    K: Repeat<Req>,
    P: Schedule,
{
    #[inline(always)]
    pub(super) const fn calling(future: S::Future, call: Call<S, K, C, P, K::Kept>) -> Self {
        Self { stage: Stage::First { future, call } }
    }
}

impl<S, K, C, P, Req> Future for ResponseFuture<S, K, C, P, Req>
where
    S: Service<K::Sent> + Clone,
    S::Error: Rejectable,
    K: Repeat<Req>,
    C: Classify<S::Response, S::Error>,
    P: Schedule,
{
    type Output = Result<S::Response, S::Error>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let mut stage = self.project().stage;
        let StageProj::First { future, call } = stage.as_mut().project() else {
            return stage.poll_late(cx);
        };
        let Poll::Ready(result) = future.poll(cx) else {
            call.wait();
            return Poll::Pending;
        };
        let shared = call.shared();
        let verdict = judge(&shared.classifier, result.as_ref());
        if verdict != Some(Verdict::Success) {
            return stage.fail_first(cx, result, verdict);
        }
        shared.budget.succeed();
        call.end(CallOutcome::Success);
        // The attempt is left to be dropped with this: to drop it here would cost every call.
        Poll::Ready(result)
    }
}

impl<S, K, C, P, Req> Stage<S, K, C, P, Req>
where
    S: Service<K::Sent> + Clone,
    S::Error: Rejectable,
    K: Repeat<Req>,
    C: Classify<S::Response, S::Error>,
    P: Schedule,
{
    #[inline(never)]
    fn fail_first(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        result: Result<S::Response, S::Error>,
        verdict: Option<Verdict>,
    ) -> Poll<Result<S::Response, S::Error>> {
        let StageOwn::First { call, .. } = self.as_mut().project_replace(Self::Over) else {
            return Poll::Ready(result);
        };
        let ended = Ended::new(verdict, result.as_ref().err(), true, call.state());
        self.set(Self::Late(Late::new(call)));
        let StageProj::Late(late) = self.as_mut().project() else { return Poll::Ready(result) };
        match late.settle(ended, result) {
            None => self.poll_late(cx),
            Some(result) => {
                self.set(Self::Over);
                Poll::Ready(result)
            }
        }
    }

    #[inline(never)]
    fn poll_late(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Result<S::Response, S::Error>> {
        let StageProj::Late(late) = self.as_mut().project() else { return Poll::Pending };
        let result = ready!(late.poll(cx));
        self.set(Self::Over);
        Poll::Ready(result)
    }
}

impl<S, K, C, P, Req> fmt::Debug for ResponseFuture<S, K, C, P, Req>
where
    S: Service<K::Sent>,
    K: Repeat<Req>,
    P: Schedule,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match &self.stage {
            Stage::First { .. } => "first",
            Stage::Late(_) => "late",
            Stage::Over => "over",
        };
        f.debug_struct("ResponseFuture").field("stage", &stage).finish()
    }
}
