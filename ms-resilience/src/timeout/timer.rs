//! The time of one call, which runs from the first wait on.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ms_core::clock::{Alarm, Instant, now};
use ms_core::rejection::Reason;
use pin_project::pin_project;

use super::terms::{Cutoff, Terms};

/// Says when the time of a call is over. Costs nothing until somebody waits.
#[pin_project]
#[derive(Debug)]
pub(super) struct Timer {
    #[pin]
    alarm: Alarm,
    terms: Terms,
}

impl Timer {
    #[inline]
    pub(super) const fn new(terms: Terms) -> Self {
        Self { alarm: Alarm::new(), terms }
    }

    #[inline]
    pub(super) const fn terms(&self) -> Terms {
        self.terms
    }

    /// Ready, with the reason, once the time is over. `started` is told when it starts to run.
    pub(super) fn poll_over(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        started: impl FnOnce(Instant),
    ) -> Poll<&'static Reason> {
        let this = self.project();
        let Cutoff { deadline, reason } = match this.terms.cutoff() {
            Some(cutoff) => cutoff,
            None => {
                let now = now();
                started(now);
                let cutoff = this.terms.start(now);
                if cutoff.deadline.is_over(now) {
                    return Poll::Ready(cutoff.reason);
                }
                cutoff
            }
        };
        ready!(this.alarm.poll_at(cx, deadline.moment()));
        Poll::Ready(reason)
    }
}
