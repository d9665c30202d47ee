//! One call under way: counted once, where it is dropped, however it ends.

use ms_core::clock::now;
use ms_core::reach::Reach;
use ms_core::rejection::{Reason, Rejection};
use ms_core::tally::Ticket;

use super::event;
use super::handle::{CallOutcome, State};
use super::reason::DEADLINE;
use super::terms::Terms;

/// A call under way. Whoever drops it before it ended has cancelled it.
#[derive(Debug)]
pub(super) struct Call(pub(super) Ticket<State, CallOutcome>);

impl Call {
    /// The call ends with what the service gave, or for a reason of ours.
    #[inline]
    pub(super) fn end<R, Res, Err>(
        mut self,
        result: Result<Result<Res, Err>, &'static Reason>,
        terms: Terms,
    ) -> Result<R::Response, Err>
    where
        R: Reach<Res, Rest>,
        Err: From<Rejection>,
    {
        match result {
            Ok(Ok(response)) => {
                self.complete();
                Ok(R::deliver(response, Rest { call: self, terms }))
            }
            Ok(Err(error)) => {
                self.complete();
                Err(error)
            }
            Err(reason) => {
                self.time_out(reason);
                Err(self.0.shared().reject(reason).into())
            }
        }
    }

    /// An answer or an error came in time.
    #[inline]
    pub(super) const fn complete(&mut self) {
        self.0.ends(CallOutcome::Completed);
    }

    /// The time is over.
    #[cold]
    pub(super) fn time_out(&mut self, reason: &Reason) {
        if *reason == DEADLINE {
            self.0.ends(CallOutcome::Deadline);
            return;
        }
        self.0.ends(CallOutcome::TimedOut);
        let state = self.0.shared();
        if let Some(count) = state.burst.note(now()) {
            event::timed_out(&state.voice, count, state.limit());
        }
    }
}

/// What remains of a call when its response has come. A body can go on with it.
#[derive(Debug)]
#[cfg_attr(not(feature = "http"), expect(dead_code, reason = "a response without a body"))]
pub struct Rest {
    pub(super) call: Call,
    pub(super) terms: Terms,
}
