//! A fallback under way: it has the request again, its own place, and so much time.

use std::future::Future;
use std::mem::take;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use ms_core::clock::{Alarm, Instant, later, now};
use ms_core::context::{Context, Scoped};
use ms_core::deadline::Deadline;
use ms_core::repeat::{NotRepeatable, Repeat};
use pin_project::pin_project;

use super::answer::{Answer, NoAnswer};
use super::failed::Failed;
use super::shared::Place;

/// How long the first nap is.
const NAP: Duration = Duration::from_millis(1);

/// One call of the fallback.
#[pin_project]
pub(super) struct Asking<A, Kept, G, Res, Err> {
    #[pin]
    step: Step<Kept, G, Res, Err>,
    until: Instant,
    #[pin]
    alarm: Option<Alarm>,
    /// Behind the step: when the place is free, nothing of the call is left.
    _place: Place<A>,
}

#[pin_project(project = StepProj)]
enum Step<Kept, G, Res, Err> {
    /// Until the request is free, and the fallback is asked.
    Preparing {
        /// Empty only while it is passed on.
        given: Option<(Kept, Failed<Res, Err>)>,
        context: Context,
        nap: Nap,
    },
    Answering(#[pin] Scoped<G>),
}

/// When to look again for a request that somebody still reads: a client drops the body of a call
/// that was given up a moment later, in a task of its own. Each nap is longer than the last.
#[derive(Debug)]
struct Nap {
    length: Duration,
    until: Option<Instant>,
}

impl<A, Kept, G, Res, Err> Asking<A, Kept, G, Res, Err> {
    /// The fallback may take `timeout` from now on, and no longer than the caller has.
    pub(super) fn new(
        kept: Kept,
        failed: Failed<Res, Err>,
        context: Context,
        timeout: Duration,
        place: Place<A>,
    ) -> Self {
        let now = now();
        let own = later(now, timeout);
        let unguarded = context.unguarded().and(Context::current_unguarded());
        let caller = unguarded.start(now).map(Deadline::moment);
        let until = caller.map_or(own, |caller| caller.min(own));
        // What has started since the call came has started for the fallback too.
        let context = context.with_limit(Context::current_limit());
        let context = context.started(now).with_deadline(Deadline::at(until)).guarded();
        let nap = Nap { length: NAP, until: None };
        let step = Step::Preparing { given: Some((kept, failed)), context, nap };
        Self { step, until, alarm: None, _place: place }
    }

    /// The answer, if it comes in time.
    pub(super) fn poll<K, Req>(
        self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        requests: &K,
        answer: &A,
    ) -> Poll<Result<Res, NoAnswer>>
    where
        K: Repeat<Req, Kept = Kept>,
        A: Answer<K::Sent, Res, Err, Future = G>,
        G: Future<Output = Result<Res, NoAnswer>>,
    {
        let mut this = self.project();
        loop {
            // The answer first: one that is there when the time is over counts.
            if let Poll::Ready(answered) = this.step.as_mut().poll(cx, requests, answer) {
                return Poll::Ready(answered);
            }
            let moment = this.step.nap().map_or(*this.until, |nap| nap.min(*this.until));
            ready!(Alarm::poll_at(this.alarm.as_mut(), cx, moment));
            if moment == *this.until {
                return Poll::Ready(Err(NoAnswer::TimedOut));
            }
        }
    }
}

impl<Kept, G, Res, Err> Step<Kept, G, Res, Err> {
    fn poll<A, K, Req>(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        requests: &K,
        answer: &A,
    ) -> Poll<Result<Res, NoAnswer>>
    where
        K: Repeat<Req, Kept = Kept>,
        A: Answer<K::Sent, Res, Err, Future = G>,
        G: Future<Output = Result<Res, NoAnswer>>,
    {
        if let StepProj::Preparing { given, context, nap } = self.as_mut().project() {
            let in_use = given.as_ref().is_some_and(|(kept, _)| {
                A::NEEDS_REQUEST && requests.check(kept) == Err(NotRepeatable::InUse)
            });
            if in_use {
                nap.again(now());
                return Poll::Pending;
            }
            let Some((kept, failed)) = given.take() else { return Poll::Pending };
            let mut context = take(context);
            let future = context.enter(|| answer.answer(requests.last(kept), failed));
            self.set(Self::Answering(context.scope(future)));
        }
        match self.project() {
            StepProj::Answering(future) => future.poll(cx),
            StepProj::Preparing { .. } => Poll::Pending,
        }
    }
}

impl<Kept, G, Res, Err> Step<Kept, G, Res, Err> {
    const fn nap(&self) -> Option<Instant> {
        match self {
            Self::Preparing { nap, .. } => nap.until,
            Self::Answering(_) => None,
        }
    }
}

impl Nap {
    /// Goes on, or begins anew.
    fn again(&mut self, now: Instant) {
        if self.until.is_none_or(|until| until <= now) {
            self.until = Some(later(now, self.length));
            self.length *= 2;
        }
    }
}
