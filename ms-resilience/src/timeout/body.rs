//! How the body of a response goes on with the call.

use http::Response;
use http_body::Body;
use ms_core::clock::now;
use ms_core::http::guard::{BodyEnd, End, GuardBody, Watch};
use ms_core::lease::Lease;
use ms_core::reach::Reach;
use ms_core::rejection::{BoxError, Reason, Rejectable, Rejection};
use ms_core::tally::{Outcome, Tally};

use super::call::{Call, Rest};
use super::handle::{CallOutcome, State};
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

    fn deliver(response: Response<B>, rest: Rest) -> Self::Response {
        let Rest { mut call, mut terms } = rest;
        let cutoff = terms.start(now());
        let expiry = Expiry { lease: call.0.lease().clone(), reason: cutoff.reason };
        let response = response.map(|body| TimedBody::until(body, cutoff.deadline.into(), expiry));
        // Not over any more: who drops the body cancels the call.
        call.0.ends(CallOutcome::ABANDONED);
        BodyEnd::deliver(response, BodyCall(call))
    }
}

/// A call whose body is being read.
#[derive(Debug)]
pub struct BodyCall(Call);

impl Watch<BoxError> for BodyCall {
    fn end(mut self, end: End<'_, BoxError>) {
        match end {
            End::Complete { .. } => self.0.complete(),
            End::Failed(error) => match self.0.0.shared().find(error) {
                Some(reason) => self.0.time_out(reason),
                None => self.0.complete(),
            },
            _ => {}
        }
    }
}

/// Why the body failed, once it has.
#[derive(Debug)]
pub struct Expiry {
    lease: Lease<State, Tally<CallOutcome>>,
    reason: &'static Reason,
}

impl Expire for Expiry {
    fn expire(&mut self, _: Over) -> Rejection {
        self.lease.shared().reject(self.reason)
    }
}

impl State {
    /// The reason, if `error` is a rejection of ours.
    fn find(&self, error: &BoxError) -> Option<&'static Reason> {
        let rejection = error.as_rejection()?;
        (rejection.name() == self.voice.name()).then(|| rejection.reason())
    }
}
