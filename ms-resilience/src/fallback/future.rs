//! The response future.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use ms_core::context::Context;
use ms_core::rejection::{Rejectable, Rejection};
use ms_core::repeat::Repeat;
use ms_core::tally::Ticket;
use ms_core::verdict::{Classify, Verdict, judge};
use pin_project::pin_project;
use tower_service::Service;

use super::answer::{Answer, NoAnswer};
use super::asking::Asking;
use super::degrade::{Degraded, Mark};
use super::failed::{Failed, Lent};
use super::metric::CallOutcome;
use super::primary::{Late, Start, Went};
use super::reason::LOST;
use super::rules::Rules;
use super::shared::{Place, Shared};
use super::when::When;

/// The response future of [`FallbackService`](super::FallbackService).
#[pin_project]
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture<S, Req, A, K, C, W, M>
where
    K: Repeat<Req>,
    S: Service<K::Sent>,
    A: Answer<K::Sent, S::Response, S::Error>,
{
    #[pin]
    stage: Stage<S, K::Sent, A, K::Kept, A::Future>,
    ticket: Ticket<Shared<A>, CallOutcome>,
    /// What the fallback needs. Empty once it is asked, or is not needed any more.
    kept: Option<Kept<K::Kept>>,
    rules: Rules<K, C, W, M>,
}

/// What stays of a request while the service has it.
pub(super) struct Kept<T> {
    pub(super) request: T,
    /// Whether its work may be done twice.
    pub(super) is_safe: bool,
    /// In which the call came: the fallback is asked in there.
    pub(super) context: Option<Context>,
}

#[allow(clippy::large_enum_variant, reason = "a call and its fallback are pinned in one place")]
#[pin_project(project = StageProj)]
pub(super) enum Stage<S, Sent, A, T, G>
where
    S: Service<Sent>,
{
    Calling(#[pin] S::Future),
    Late(#[pin] Late<S, Sent>),
    Asking {
        #[pin]
        asking: Asking<A, T, G, S::Response, S::Error>,
        lent: Lent<S::Response, S::Error>,
        /// Why it is asked.
        reason: &'static str,
    },
    Over,
}

impl<S, Req, A, K, C, W, M> ResponseFuture<S, Req, A, K, C, W, M>
where
    K: Repeat<Req>,
    S: Service<K::Sent>,
    A: Answer<K::Sent, S::Response, S::Error>,
{
    #[inline]
    pub(super) fn new(
        call: Start<S, K::Sent>,
        ticket: Ticket<Shared<A>, CallOutcome>,
        kept: Kept<K::Kept>,
        rules: Rules<K, C, W, M>,
    ) -> Self {
        let stage = match call {
            Start::Called(future) => Stage::Calling(future),
            Start::Late(late) => Stage::Late(late),
        };
        Self { stage, ticket, kept: Some(kept), rules }
    }
}

impl<S, Req, A, K, C, W, M> Future for ResponseFuture<S, Req, A, K, C, W, M>
where
    K: Repeat<Req>,
    S: Service<K::Sent>,
    S::Error: Rejectable,
    A: Answer<K::Sent, S::Response, S::Error>,
    C: Classify<S::Response, S::Error>,
    W: When<S::Response, S::Error>,
    M: Mark<S::Response>,
{
    type Output = Result<S::Response, S::Error>;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = self.as_mut().project();
        let StageProj::Calling(future) = this.stage.project() else {
            return self.poll_late(cx);
        };
        let result = ready!(future.poll(cx));
        let verdict = judge(&this.rules.classifier, result.as_ref());
        if matches!(verdict, Some(Verdict::Success)) {
            *this.kept = None;
            this.ticket.end(CallOutcome::Primary);
            return Poll::Ready(result);
        }
        self.fail(cx, Failed::called(result, verdict))
    }
}

type Output<S, Req> = Result<<S as Service<Req>>::Response, <S as Service<Req>>::Error>;

impl<S, Req, A, K, C, W, M> ResponseFuture<S, Req, A, K, C, W, M>
where
    K: Repeat<Req>,
    S: Service<K::Sent>,
    S::Error: Rejectable,
    A: Answer<K::Sent, S::Response, S::Error>,
    C: Classify<S::Response, S::Error>,
    W: When<S::Response, S::Error>,
    M: Mark<S::Response>,
{
    #[inline(never)]
    fn poll_late(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Output<S, K::Sent>> {
        let this = self.as_mut().project();
        let StageProj::Late(call) = this.stage.project() else {
            return self.poll_asking(cx);
        };
        let failed = match ready!(call.poll(cx)) {
            Went::Called(result) => {
                let verdict = judge(&this.rules.classifier, result.as_ref());
                Failed::called(result, verdict)
            }
            Went::Unready(error) => {
                let verdict = judge(&this.rules.classifier, Err(&error));
                Failed::unready(error, verdict)
            }
        };
        self.fail(cx, failed)
    }

    /// Asks the fallback, if it is for this and has room.
    #[inline(never)]
    fn fail(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        failed: Failed<S::Response, S::Error>,
    ) -> Poll<Output<S, K::Sent>> {
        let mut this = self.as_mut().project();
        // What is left of the call goes before anybody else is asked.
        this.stage.set(Stage::Over);
        let (Some(kept), Some(lease)) = (this.kept.take(), this.ticket.lease()) else {
            return Poll::Pending;
        };
        let is_success = matches!(failed.verdict(), Some(Verdict::Success));
        if is_success || !this.rules.when.wants(&failed) {
            return self.give_up(failed, CallOutcome::Primary);
        }
        if A::WORKS_AGAIN && !kept.is_safe && !failed.never_left() {
            return self.give_up(failed, CallOutcome::NotSafe);
        }
        let Some(place) = Place::take(lease) else {
            return self.give_up(failed, CallOutcome::Full);
        };
        let (reason, timeout) = (failed.reason(), lease.shared().core.timeout());
        let (failed, lent) = failed.lend();
        let context = kept.context.unwrap_or_else(Context::here);
        let asking = Asking::new(kept.request, failed, context, timeout, place);
        this.stage.set(Stage::Asking { asking, lent, reason });
        self.poll_asking(cx)
    }

    /// The caller gets what the service gave.
    fn give_up(
        self: Pin<&mut Self>,
        failed: Failed<S::Response, S::Error>,
        outcome: CallOutcome,
    ) -> Poll<Output<S, K::Sent>> {
        let this = self.project();
        if let (Some(shared), true) = (this.ticket.shared(), outcome != CallOutcome::Primary) {
            shared.core.note_unanswered(outcome, failed.reason());
        }
        this.ticket.end(outcome);
        Poll::Ready(failed.into_outcome())
    }

    #[inline(never)]
    fn poll_asking(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Output<S, K::Sent>> {
        let mut this = self.as_mut().project();
        let (StageProj::Asking { asking, lent, reason }, Some(shared)) =
            (this.stage.as_mut().project(), this.ticket.shared())
        else {
            return Poll::Pending;
        };
        let answer = ready!(asking.poll(cx, &this.rules.keep, &shared.answer));
        let (lent, reason) = (lent.clone(), *reason);
        // What was lent comes back when nothing is left of the fallback.
        this.stage.set(Stage::Over);
        match answer {
            Ok(mut response) => {
                this.rules.mark.mark(&mut response, &Degraded::new(A::NAME, reason));
                shared.core.note_degraded(reason);
                this.ticket.end(CallOutcome::Degraded);
                Poll::Ready(Ok(response))
            }
            Err(why) => {
                let outcome = outcome_of(why);
                shared.core.note_unanswered(outcome, reason);
                let lost = || Err(Rejection::new(&LOST, shared.core.voice.name()).into());
                let original = lent.back().unwrap_or_else(lost);
                this.ticket.end(outcome);
                Poll::Ready(original)
            }
        }
    }
}

const fn outcome_of(why: NoAnswer) -> CallOutcome {
    match why {
        NoAnswer::Failed => CallOutcome::NoAnswer,
        NoAnswer::TimedOut => CallOutcome::TimedOut,
        NoAnswer::Full => CallOutcome::Full,
        NoAnswer::NotKept(_) => CallOutcome::NotKept,
    }
}

impl<S, Req, A, K, C, W, M> fmt::Debug for ResponseFuture<S, Req, A, K, C, W, M>
where
    K: Repeat<Req>,
    S: Service<K::Sent>,
    A: Answer<K::Sent, S::Response, S::Error>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match &self.stage {
            Stage::Calling(_) | Stage::Late(_) => "calling",
            Stage::Asking { .. } => "asking",
            Stage::Over => "over",
        };
        f.debug_struct("ResponseFuture").field("stage", &stage).finish_non_exhaustive()
    }
}
