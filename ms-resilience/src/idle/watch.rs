//! One body that is watched: counted once, however it ends.

use std::time::Duration;

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
pub struct Expiry {
    lease: Lease<State, Tally<BodyOutcome>>,
    limit: Duration,
}

/// Puts `body` under the watch of `handle`.
pub(super) fn watch<B: Body>(body: B, handle: &Handle) -> (TimedBody<B, Expiry>, BodyWatch) {
    let lease = handle.lease();
    let (limit, idle) = lease.shared().idle();
    let timed = TimedBody::idle(body, idle, Expiry { lease: lease.clone(), limit });
    (timed, BodyWatch(Ticket::new(lease)))
}

impl Expire for Expiry {
    fn expire(&mut self, _: Over) -> Rejection {
        self.lease.shared().reject(self.limit)
    }
}

impl Watch<BoxError> for BodyWatch {
    fn end(mut self, end: End<'_, BoxError>) {
        let stalled = |error: &BoxError| {
            let (state, rejection) = (self.0.shared(), error.as_rejection());
            state.zip(rejection).is_some_and(|(state, rejection)| state.made(rejection))
        };
        self.0.end(match end {
            End::Complete { .. } => BodyOutcome::Completed,
            End::Failed(error) if stalled(error) => BodyOutcome::Stalled,
            End::Failed(_) | End::Panicked => BodyOutcome::Failed,
            _ => BodyOutcome::Cancelled,
        });
    }
}
