//! An endpoint that has to become ready first.

use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use ms_core::clock::{Alarm, now};
use ms_core::deadline::{Deadline, Limit};
use pin_project::pin_project;
use tower_service::Service;

/// An instance of an endpoint that has to become ready.
#[pin_project]
#[derive(Debug)]
pub(super) struct Wait<S> {
    pub(super) service: S,
    /// Empty until somebody has to wait.
    until: Option<Until>,
    #[pin]
    alarm: Option<Alarm>,
}

/// How long somebody waits.
#[derive(Debug, Clone, Copy)]
struct Until {
    deadline: Deadline,
    /// It is that of the caller.
    is_callers: bool,
}

/// How the wait ended.
#[derive(Debug)]
pub(super) enum Waited<E> {
    Ready,
    Failed(E),
    /// Our patience was over.
    Late,
    /// The time of the caller was.
    Over,
}

impl<S> Wait<S> {
    pub(super) const fn new(service: S) -> Self {
        Self { service, until: None, alarm: None }
    }

    /// Ready once the endpoint is, or it took longer than our patience, or than the caller has.
    ///
    /// An endpoint that is ready when the time is over counts: it is asked first.
    pub(super) fn poll<Req>(
        self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        patience: Duration,
        callers: Limit,
    ) -> Poll<Waited<S::Error>>
    where
        S: Service<Req>,
    {
        let this = self.project();
        if let Poll::Ready(result) = this.service.poll_ready(cx) {
            return Poll::Ready(result.map_or_else(Waited::Failed, |()| Waited::Ready));
        }
        if patience.is_zero() {
            return Poll::Ready(Waited::Late);
        }
        let Until { deadline, is_callers } =
            *this.until.get_or_insert_with(|| Until::new(patience, callers));
        ready!(Alarm::poll_at(this.alarm, cx, deadline.moment()));
        Poll::Ready(if is_callers { Waited::Over } else { Waited::Late })
    }

    /// The instance, which is ready.
    pub(super) fn service(self: Pin<&mut Self>) -> &mut S {
        self.project().service
    }
}

impl Until {
    fn new(patience: Duration, callers: Limit) -> Self {
        let now = now();
        let ours = Deadline::after(now, patience);
        match callers.start(now) {
            Some(deadline) if deadline < ours => Self { deadline, is_callers: true },
            _ => Self { deadline: ours, is_callers: false },
        }
    }
}
