//! One call under way: what it holds, and how much time it has.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ms_core::clock::{Alarm, Instant, now};
use ms_core::deadline::Limit;
use ms_core::reach::Reach;
use ms_core::rejection::Rejection;
use ms_core::tally::Ticket;
use pin_project::pin_project;

use super::cutoff::Cutoff;
use super::handle::{CallOutcome, State};

/// A call under way. Its time runs from the first wait on; until then it costs nothing.
#[pin_project]
#[derive(Debug)]
pub(super) struct Watch {
    ticket: Ticket<State, CallOutcome>,
    #[pin]
    clock: Clock,
}

#[pin_project(project = ClockProj)]
#[derive(Debug)]
enum Clock {
    /// Nobody has waited yet.
    Still { caller: Limit },
    /// Somebody waits.
    Running {
        cutoff: Cutoff,
        #[pin]
        alarm: Alarm,
    },
}

impl Clock {
    const fn time(&self) -> Time {
        match self {
            Self::Still { caller } => Time::Still(*caller),
            Self::Running { cutoff, .. } => Time::Running(*cutoff),
        }
    }
}

impl Watch {
    /// A call begins, whose caller has as much time as `caller` says.
    #[inline]
    pub(super) const fn new(ticket: Ticket<State, CallOutcome>, caller: Limit) -> Self {
        Self { ticket, clock: Clock::Still { caller } }
    }

    /// The service gave `result`, in time.
    #[inline]
    pub(super) fn deliver<R, Res, Err>(
        self: Pin<&mut Self>,
        result: Result<Res, Err>,
    ) -> Result<R::Response, Err>
    where
        R: Reach<Res, Rest>,
    {
        let this = self.project();
        let rest = || Rest { ticket: this.ticket.hand_over(), time: this.clock.time() };
        let result = result.map(|response| R::deliver(response, rest));
        // Nothing is left to end where a body goes on with the call.
        this.ticket.end(CallOutcome::Completed);
        result
    }

    /// The service lets us wait: ready once the time is over. `started` is told when it begins.
    #[inline(never)]
    pub(super) fn poll_over(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        started: impl FnOnce(Instant),
    ) -> Poll<Rejection> {
        let mut this = self.project();
        let Some(state) = this.ticket.shared() else { return Poll::Pending };
        if let ClockProj::Still { caller } = this.clock.as_mut().project() {
            let now = now();
            started(now);
            let cutoff = state.cutoff(*caller, now);
            let alarm = Alarm::at(cutoff.deadline.moment());
            this.clock.set(Clock::Running { cutoff, alarm });
        }
        let ClockProj::Running { cutoff, alarm } = this.clock.project() else {
            return Poll::Pending;
        };
        ready!(alarm.poll(cx));
        let rejection = state.reject(cutoff);
        let outcome = state.note(cutoff.reason);
        this.ticket.end(outcome);
        Poll::Ready(rejection)
    }

    /// Whether the call was answered or given up.
    #[inline]
    pub(super) const fn is_over(&self) -> bool {
        self.ticket.has_ended()
    }
}

/// What remains of a call when its response has come. A body can go on with it.
#[derive(Debug)]
#[cfg_attr(not(feature = "http"), expect(dead_code, reason = "there are no bodies"))]
pub struct Rest {
    pub(super) ticket: Ticket<State, CallOutcome>,
    pub(super) time: Time,
}

/// The time of a call, without its alarm.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "http"), expect(dead_code, reason = "there are no bodies"))]
pub(super) enum Time {
    Still(Limit),
    Running(Cutoff),
}
