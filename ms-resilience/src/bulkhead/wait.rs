//! A call that has to wait: what it waits for, how long, and what it does then.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use ms_core::clock::{Alarm, Instant};
use ms_core::context::Context;
use ms_core::deadline::Deadline;
use ms_core::rejection::{Reason, Rejectable, Rejection};
use pin_project::pin_project;
use tower_service::Service;

use super::permit::Permit;
use super::reason::{DEADLINE, WAIT};
use super::waiter::Waiter;

/// A call that waits for its turn, then for its own clone of the service, and then is made.
#[pin_project]
#[derive(Debug)]
pub(super) struct Wait<S, Req> {
    service: S,
    /// Empty only while it is passed on.
    request: Option<Req>,
    /// In which the call came: it is made in there, as it would have been at once.
    context: Context,
    turn: Turn,
    /// How long it may wait, in nanoseconds.
    longest: u64,
    #[pin]
    alarm: Option<Alarm>,
}

#[derive(Debug)]
enum Turn {
    Waits(Waiter),
    Come(Permit),
}

impl<S, Req> Wait<S, Req> {
    pub(super) fn new(service: S, request: Req, waiter: Waiter) -> Self {
        let (since, longest) = waiter.term();
        let longest = u64::try_from(longest.as_nanos()).unwrap_or(u64::MAX);
        let (context, turn) = (Context::here().started(since), Turn::Waits(waiter));
        Self { service, request: Some(request), context, turn, longest, alarm: None }
    }

    /// Makes the call when its turn has come, and hands over its permit.
    pub(super) fn poll_call<F>(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Result<(F, Permit), S::Error>>
    where
        S: Service<Req, Future = F>,
        S::Error: Rejectable,
        F: Future<Output = Result<S::Response, S::Error>>,
    {
        ready!(self.as_mut().poll_turn(cx))?;
        let this = self.project();
        let (service, context) = (this.service, this.context);
        ready!(context.enter(|| service.poll_ready(cx)))?;
        let (Some(request), Turn::Come(permit)) = (this.request.take(), this.turn) else {
            return Poll::Pending;
        };
        // The permit stays where it is until the service was called, which may panic.
        let future = context.enter(|| service.call(request));
        Poll::Ready(Ok((future, permit.hand_over())))
    }

    /// A permit that is there when the time is over counts: it is looked for first.
    fn poll_turn(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Result<(), Rejection>> {
        let mut this = self.project();
        let Turn::Waits(waiter) = this.turn else { return Poll::Ready(Ok(())) };
        let permit = match waiter.poll(cx) {
            Some(permit) => permit,
            None => {
                let (until, reason) = end(waiter.since(), *this.longest, this.context);
                ready!(Alarm::poll_at(this.alarm.as_mut(), cx, until.moment()));
                waiter.give_up(reason)?
            }
        };
        this.alarm.set(None);
        *this.turn = Turn::Come(permit);
        Poll::Ready(Ok(()))
    }
}

/// When a wait is over, and why. It is asked seldom: kept, it would make every future larger.
fn end(since: Instant, longest: u64, context: &Context) -> (Deadline, &'static Reason) {
    let own = Deadline::after(since, Duration::from_nanos(longest));
    match context.unguarded().at() {
        Some(deadline) if deadline < own => (deadline, &DEADLINE),
        _ => (own, &WAIT),
    }
}
