//! The attempts beyond the first.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use ms_core::clock::{Alarm, later, now};
use ms_core::context::Scoped;
use ms_core::rejection::Rejectable;
use ms_core::repeat::Repeat;
use ms_core::verdict::{Classify, judge};
use pin_project::pin_project;
use tower_service::Service;

use super::again::Again;
use super::call::Call;
use super::ended::Ended;
use super::metric::CallOutcome;
use crate::schedule::Schedule;

/// A call whose first attempt failed. As often as that is decided it pauses, makes an instance of
/// its own ready, and calls it.
#[pin_project]
pub(super) struct Late<S, K, C, P, Req>
where
    S: Service<K::Sent>,
    K: Repeat<Req>,
    P: Schedule,
{
    /// Before the call: when that is counted, nothing of an attempt is left.
    #[pin]
    step: Step<S, S::Future>,
    again: Again<S::Error, P::Delays>,
    call: Call<S, K, C, P, K::Kept>,
}

#[pin_project(project = StepProj)]
enum Step<S, F> {
    Pausing(#[pin] Alarm),
    Readying(S),
    Calling(#[pin] Scoped<F>),
    /// None so far.
    Nothing,
}

/// What came of a step.
enum Progress<R> {
    /// The next one.
    Further,
    /// The attempt is over.
    Ended { result: R, is_sent: bool },
    /// The call is over.
    Over(R),
}

impl<S, K, C, P, Req> Late<S, K, C, P, Req>
where
    S: Service<K::Sent> + Clone,
    S::Error: Rejectable,
    K: Repeat<Req>,
    C: Classify<S::Response, S::Error>,
    P: Schedule,
{
    /// After the first attempt.
    pub(super) fn new(call: Call<S, K, C, P, K::Kept>) -> Self {
        Self { step: Step::Nothing, again: Again::new(call.context()), call }
    }

    /// An attempt ended: what the call gives, unless there is another.
    pub(super) fn settle(
        self: Pin<&mut Self>,
        ended: Ended,
        result: Result<S::Response, S::Error>,
    ) -> Option<Result<S::Response, S::Error>> {
        let mut this = self.project();
        match this.again.decide(ended, this.call) {
            Err(outcome) => {
                this.call.end(outcome);
                Some(result)
            }
            Ok(pause) => {
                // A response is gone before the pause begins, and then what is left of the attempt.
                this.again.remember(result.err());
                this.step.set(if pause.is_zero() {
                    Step::Readying(this.call.shared().instance())
                } else {
                    Step::Pausing(Alarm::at(later(now(), pause)))
                });
                None
            }
        }
    }

    /// What the call gives.
    pub(super) fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Result<S::Response, S::Error>> {
        loop {
            let progress = ready!(self.as_mut().poll_step(cx));
            let this = self.as_mut().project();
            let (result, is_sent) = match progress {
                Progress::Further => continue,
                Progress::Ended { result, is_sent } => (result, is_sent),
                Progress::Over(result) => {
                    this.call.end(CallOutcome::Committed);
                    return Poll::Ready(result);
                }
            };
            let verdict = judge(&this.call.shared().classifier, result.as_ref());
            let ended = Ended::new(verdict, result.as_ref().err(), is_sent, this.call.state());
            if let Some(result) = self.as_mut().settle(ended, result) {
                return Poll::Ready(result);
            }
        }
    }

    fn poll_step(
        self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Progress<Result<S::Response, S::Error>>> {
        let mut this = self.project();
        let (again, call) = (this.again, this.call);
        match this.step.as_mut().project() {
            StepProj::Pausing(alarm) => {
                ready!(alarm.poll(cx));
                this.step.set(Step::Readying(call.shared().instance()));
            }
            StepProj::Readying(service) => {
                if let Err(error) = ready!(again.context.enter(|| service.poll_ready(cx))) {
                    return Poll::Ready(Progress::Ended { result: Err(error), is_sent: false });
                }
                let sent = match again.request(call) {
                    Ok(sent) => sent,
                    Err(error) => return Poll::Ready(Progress::Over(Err(error))),
                };
                let future = again.context.enter(|| service.call(sent));
                this.step.set(Step::Calling(again.context.clone().scope(future)));
            }
            StepProj::Calling(future) => {
                let result = ready!(future.poll(cx));
                return Poll::Ready(Progress::Ended { result, is_sent: true });
            }
            StepProj::Nothing => return Poll::Pending,
        }
        Poll::Ready(Progress::Further)
    }
}
