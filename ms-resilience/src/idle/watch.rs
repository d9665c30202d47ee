//! One body that is watched: counted once, however it ends.

use http_body::Body;
use ms_core::http::guard::{End, GuardBody, Watch};
use ms_core::lease::Lease;
use ms_core::rejection::{BoxError, Rejectable, Rejection};
use ms_core::tally::{Tally, Ticket};

use super::handle::{BodyOutcome, Handle, State};
use crate::body::{Expire, Over, TimedBody};

/// A body that is given up when it stands still.
pub type IdleBody<B> = GuardBody<TimedBody<B, Expiry>, BodyWatch>;

/// Counts how a body ends.
#[derive(Debug)]
pub struct BodyWatch(Ticket<State, BodyOutcome>);

/// Why a body was given up, once it is.
#[derive(Debug)]
pub struct Expiry(Lease<State, Tally<BodyOutcome>>);

/// Puts `body` under the watch of `handle`.
pub(super) fn watch<B: Body>(body: B, handle: &Handle) -> (TimedBody<B, Expiry>, BodyWatch) {
    let ticket = handle.ticket();
    let timed = TimedBody::idle(body, ticket.shared().idle(), Expiry(ticket.lease().clone()));
    (timed, BodyWatch(ticket))
}

impl Expire for Expiry {
    fn expire(&mut self, _: Over) -> Rejection {
        self.0.shared().reject()
    }
}

impl Watch<BoxError> for BodyWatch {
    fn end(mut self, end: End<'_, BoxError>) {
        let outcome = match end {
            End::Complete { .. } => BodyOutcome::Completed,
            End::Failed(error) => match error.as_rejection() {
                Some(rejection) if self.0.shared().made(rejection) => BodyOutcome::Stalled,
                _ => BodyOutcome::Failed,
            },
            End::Panicked => BodyOutcome::Failed,
            _ => BodyOutcome::Cancelled,
        };
        self.0.ends(outcome);
    }
}
