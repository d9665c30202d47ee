//! A call that the first endpoint does not answer at once.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use ms_core::availability::Available;
use ms_core::context::Scoped;
use ms_core::rejection::{Reason, Rejectable, Rejection};
use ms_core::repeat::Repeat;
use ms_core::verdict::{Classify, Verdict, judge};
use pin_project::pin_project;
use tower_service::Service;

use super::call::Call;
use super::ended::{Ended, Health};
use super::further::Further;
use super::metric::CallOutcome;
use super::reason::{DEADLINE, NOT_READY};
use super::wait::{Wait, Waited};

/// A call that the first endpoint does not answer at once: from one endpoint to the next.
#[pin_project]
pub(super) struct Late<S, F, Sent, Res, Err> {
    #[pin]
    step: Step<S, F>,
    further: Further<Sent, Res, Err>,
}

#[pin_project(project = StepProj)]
enum Step<S, F> {
    Readying(#[pin] Wait<S>),
    /// No endpoint may have got the request before.
    Asking(#[pin] F),
    AskingAgain(#[pin] Scoped<F>),
    /// Empty once it was said.
    Refused(Option<Rejection>),
    /// Nothing is held.
    Between,
}

impl<S, F, Sent, Res, Err> Late<S, F, Sent, Res, Err> {
    /// An endpoint was asked in vain.
    pub(super) fn new() -> Self {
        Self { step: Step::Between, further: Further::new(None) }
    }

    /// The first endpoint is not ready yet.
    pub(super) fn readying(service: S, request: Sent) -> Self {
        Self { step: Step::Readying(Wait::new(service)), further: Further::new(Some(request)) }
    }

    /// No endpoint is asked.
    pub(super) fn refused(rejection: Rejection) -> Self {
        Self { step: Step::Refused(Some(rejection)), further: Further::new(None) }
    }
}

impl<S, F, Sent, Res, Err> Late<S, F, Sent, Res, Err>
where
    S: Service<Sent, Future = F, Response = Res, Error = Err> + Available + Clone,
    F: Future<Output = Result<Res, Err>>,
    Err: Rejectable + fmt::Debug,
{
    pub(super) fn poll<K, C, Req>(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        call: &mut Call<S, K, C, K::Kept>,
    ) -> Poll<Result<Res, Err>>
    where
        K: Repeat<Req, Sent = Sent>,
        C: Classify<Res, Err>,
    {
        loop {
            let polled = match self.as_mut().project().step.project() {
                StepProj::Asking(future) => call.ask(|| future.poll(cx)),
                StepProj::AskingAgain(future) => call.ask(|| future.poll(cx)),
                StepProj::Refused(rejection) => {
                    let rejection = rejection.take().map(|rejection| Err(rejection.into()));
                    return rejection.map_or(Poll::Pending, Poll::Ready);
                }
                StepProj::Readying(_) => {
                    match ready!(self.as_mut().poll_ready::<K, C, Req>(cx, call)) {
                        Some(result) => return Poll::Ready(result),
                        None => continue,
                    }
                }
                StepProj::Between => return Poll::Pending,
            };
            let Poll::Ready(result) = polled else {
                call.wait();
                return Poll::Pending;
            };
            let verdict = judge(&call.shared().classifier, result.as_ref());
            if let Some(result) = self.as_mut().settle::<K, C, Req>(result, verdict, call) {
                return Poll::Ready(result);
            }
        }
    }

    /// The endpoint gave `result`: what the caller gets, if it goes no further.
    pub(super) fn settle<K, C, Req>(
        mut self: Pin<&mut Self>,
        result: Result<Res, Err>,
        verdict: Option<Verdict>,
        call: &mut Call<S, K, C, K::Kept>,
    ) -> Option<Result<Res, Err>>
    where
        K: Repeat<Req, Sent = Sent>,
    {
        self.as_mut().project().step.set(Step::Between);
        let ended = Ended::called(verdict, result.as_ref().err());
        if ended.is_answer {
            self.answer(ended, call);
            return Some(result);
        }
        match &result {
            Ok(_) => {
                let how = format_args!("a response that is a failure");
                call.asked(ended.ending, ended.health, &how);
            }
            Err(error) => call.asked(ended.ending, ended.health, error),
        }
        // Whoever is further out must not take it for one that never left, and send it again.
        let must_count = ended.is_sent && !call.is_safe;
        self.as_mut().project().further.keep(call.pick.index(), result, must_count);
        self.go_on::<K, C, Req>(ended, call)
    }

    /// Makes the endpoint ready, and asks it: what the caller gets, if it goes no further.
    fn poll_ready<K, C, Req>(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        call: &mut Call<S, K, C, K::Kept>,
    ) -> Poll<Option<Result<Res, Err>>>
    where
        K: Repeat<Req, Sent = Sent>,
        C: Classify<Res, Err>,
    {
        let this = self.as_mut().project();
        let StepProj::Readying(wait) = this.step.project() else { return Poll::Pending };
        let (patience, callers) = (call.state().settings.patience(), call.unguarded());
        let waited = call.prepare(|| this.further.enter(|| wait.poll(cx, patience, callers)));
        Poll::Ready(match ready!(waited) {
            Waited::Ready => self.ask::<K, C, Req>(call),
            Waited::Failed(error) => {
                self.as_mut().project().step.set(Step::Between);
                let verdict = judge(&call.shared().classifier, Err(&error));
                let ended = Ended::unready(verdict, &error);
                call.asked(ended.ending, ended.health, &error);
                self.as_mut().project().further.keep(call.pick.index(), Err(error), false);
                self.go_on::<K, C, Req>(ended, call)
            }
            Waited::Late => {
                let ended = Ended::LATE;
                let how = format_args!("not ready within {patience:?}");
                call.asked(ended.ending, ended.health, &how);
                self.go_on::<K, C, Req>(ended, call)
            }
            Waited::Over => Some(self.give_up(CallOutcome::Deadline, &DEADLINE, call)),
        })
    }

    /// The endpoint is ready: the request goes there.
    fn ask<K, C, Req>(
        mut self: Pin<&mut Self>,
        call: &mut Call<S, K, C, K::Kept>,
    ) -> Option<Result<Res, Err>>
    where
        K: Repeat<Req, Sent = Sent>,
    {
        let mut this = self.as_mut().project();
        let StepProj::Readying(wait) = this.step.as_mut().project() else { return None };
        let Ok(request) = this.further.request::<S, K, C, Req>(call) else {
            return Some(self.give_up(CallOutcome::Committed, &NOT_READY, call));
        };
        let service = wait.service();
        let future = call.ask(|| this.further.enter(|| service.call(request)));
        this.step.set(match &this.further.context {
            Some(context) => Step::AskingAgain(context.clone().scope(future)),
            None => Step::Asking(future),
        });
        None
    }

    /// The endpoint did not do it: on to the next, or what the caller gets.
    fn go_on<K, C, Req>(
        mut self: Pin<&mut Self>,
        ended: Ended,
        call: &mut Call<S, K, C, K::Kept>,
    ) -> Option<Result<Res, Err>>
    where
        K: Repeat<Req, Sent = Sent>,
    {
        let mut this = self.as_mut().project();
        this.further.pay(ended, &call.shared().purse);
        match this.further.decide::<S, K, C, Req>(ended, call) {
            Err(outcome) => Some(self.give_up(outcome, &NOT_READY, call)),
            Ok(pick) => {
                call.go_to(pick);
                let service = call.shared().templates.instance(pick.index());
                this.step.set(Step::Readying(Wait::new(service)));
                None
            }
        }
    }

    /// The endpoint gave what the caller gets.
    fn answer<K, C, Kept>(self: Pin<&mut Self>, ended: Ended, call: &mut Call<S, K, C, Kept>) {
        let further = self.project().further;
        further.pay(ended, &call.shared().purse);
        let is_first = further.asked.is_empty();
        if is_first && ended.health == Health::Good {
            return call.answered();
        }
        call.asked(ended.ending, ended.health, &());
        call.end(if is_first { CallOutcome::Final } else { CallOutcome::Moved });
    }

    /// The call goes no further: the caller gets what an endpoint said, or, if none said anything,
    /// a rejection for `reason`.
    fn give_up<K, C, Kept>(
        self: Pin<&mut Self>,
        outcome: CallOutcome,
        reason: &'static Reason,
        call: &mut Call<S, K, C, Kept>,
    ) -> Result<Res, Err> {
        let mut this = self.project();
        this.step.set(Step::Between);
        let said = this.further.outcome();
        let outcome = if said.is_none() { CallOutcome::Rejected } else { outcome };
        call.end(outcome);
        if outcome != CallOutcome::Final {
            call.state().note_end(outcome, this.further.asked);
        }
        said.unwrap_or_else(|| Err(call.shared().reject(reason).into()))
    }
}
