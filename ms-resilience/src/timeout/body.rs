//! How the body of a response goes on with the call.

use http::Response;
use http_body::Body;
use ms_core::clock::now;
use ms_core::http::guard::{BodyEnd, End, GuardBody, Watch};
use ms_core::lease::Lease;
use ms_core::reach::Reach;
use ms_core::rejection::{BoxError, Rejectable, Rejection};
use ms_core::tally::{Outcome, Tally, Ticket};

use super::cutoff::Cutoff;
use super::handle::{CallOutcome, State};
use super::reason::DEADLINE;
use super::watch::{Rest, Time};
use crate::body::{Expire, Over, TimedBody};

/// The time goes on until the body of the response is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct UntilBodyEnd;

impl<B> Reach<Response<B>, Rest> for UntilBodyEnd
where
    B: Body,
    B::Error: Into<BoxError>,
{
    type Response = Response<GuardBody<TimedBody<B, Expiry>, BodyCall>>;

    #[allow(clippy::expect_used, reason = "a call is handed over as it is answered")]
    fn deliver(response: Response<B>, rest: impl FnOnce() -> Rest) -> Self::Response {
        let Rest { ticket, time } = rest();
        let lease = ticket.lease().expect("the call was answered just now").clone();
        let cutoff = match time {
            Time::Running(cutoff) => cutoff,
            Time::Still(caller) => lease.shared().cutoff(caller, now()),
        };
        let expiry = Expiry { lease, cutoff };
        let response = response.map(|body| TimedBody::until(body, cutoff.deadline.into(), expiry));
        BodyEnd::deliver(response, || BodyCall(ticket))
    }
}

/// A call whose body is being read.
#[derive(Debug)]
pub struct BodyCall(Ticket<State, CallOutcome>);

impl Watch<BoxError> for BodyCall {
    fn end(mut self, end: End<'_, BoxError>) {
        let ours = |error| self.0.shared().and_then(|state| state.note_if_ours(error));
        self.0.end(match end {
            End::Complete { .. } => CallOutcome::Completed,
            End::Failed(error) => ours(error).unwrap_or(CallOutcome::Completed),
            _ => CallOutcome::ABANDONED,
        });
    }
}

/// Why the body failed, once it has.
#[derive(Debug)]
pub struct Expiry {
    lease: Lease<State, Tally<CallOutcome>>,
    cutoff: Cutoff,
}

impl Expire for Expiry {
    fn expire(&mut self, _: Over) -> Rejection {
        self.lease.shared().reject(&self.cutoff)
    }
}

impl State {
    /// Takes note of an error of the body that is a rejection of ours.
    ///
    /// An attempt and a whole call may have one name, and bodies may be watched by both.
    fn note_if_ours(&self, error: &BoxError) -> Option<CallOutcome> {
        let rejection = error.as_rejection()?;
        let is_ours = rejection.name() == self.voice.name()
            && (rejection.is(self.reason) || rejection.is(&DEADLINE));
        is_ours.then(|| self.note(rejection.reason()))
    }
}
