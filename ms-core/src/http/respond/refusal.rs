//! What a caller is told: the part of an error that may leave the process.

use std::fmt::Debug;
use std::time::Duration;

use ::http::HeaderMap;

use crate::rejection::reason::Reason;
use crate::rejection::rejectable::Rejectable;

/// What a caller is told of an error that is no rejection.
const UNEXPECTED: Reason = Reason::internal("respond", "internal").text("an internal error");

/// What a caller is told.
#[derive(Debug)]
pub(super) struct Refusal {
    reason: &'static Reason,
    wait: Option<Duration>,
    headers: HeaderMap,
}

impl Refusal {
    /// The part of `error` that may leave the process; the rest becomes an event.
    #[cold]
    pub(super) fn of<E: Rejectable + Debug>(error: &E) -> Self {
        let Some(rejection) = error.as_rejection() else {
            tracing::error!(target: "ms::respond", ?error, "answered 500");
            return Self { reason: &UNEXPECTED, wait: None, headers: HeaderMap::new() };
        };
        Self {
            reason: rejection.reason(),
            wait: rejection.wait(),
            headers: rejection.headers().cloned().unwrap_or_default(),
        }
    }

    pub(super) const fn reason(&self) -> &'static Reason {
        self.reason
    }

    pub(super) const fn wait(&self) -> Option<Duration> {
        self.wait
    }

    pub(super) const fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}
