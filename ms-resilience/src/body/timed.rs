//! The body itself.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Buf;
use http_body::{Body, Frame, SizeHint};
use ms_core::clock::{Alarm, Instant, now};
use ms_core::deadline::{Deadline, Limit};
use ms_core::rejection::BoxError;
use pin_project::pin_project;

use super::expire::{Expire, Over};
use super::idle::Idle;

/// A body that fails when its time is over: see the [module](super).
#[pin_project]
#[derive(Debug)]
pub struct TimedBody<B, X> {
    #[pin]
    inner: B,
    #[pin]
    alarm: Option<Alarm>,
    limit: Limit,
    idle: Option<Idle>,
    policy: X,
    is_over: bool,
}

impl<B, X> TimedBody<B, X> {
    /// `inner` must have ended when `limit` does.
    pub const fn until(inner: B, limit: Limit, policy: X) -> Self {
        Self { inner, alarm: None, limit, idle: None, policy, is_over: false }
    }

    /// `inner` must not stand still for longer than `idle` allows.
    pub const fn idle(inner: B, idle: Idle, policy: X) -> Self {
        let limit = Limit::NONE;
        Self { inner, alarm: None, limit, idle: Some(idle), policy, is_over: false }
    }
}

impl<B, X> TimedBody<B, X> {
    /// Which time is over, once one is.
    fn poll_over(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Over> {
        let this = self.project();
        let now = now();
        // What had not started does so with the first wait.
        *this.limit = this.limit.start(now).into();
        let deadline = this.limit.at().map(Deadline::moment);
        let idle = this.idle.as_mut().map(|idle| idle.wait(now));
        let Some((moment, over)) = nearer(deadline, idle) else {
            return Poll::Pending;
        };
        if moment > now {
            ready!(Alarm::poll_at(this.alarm, cx, moment));
        }
        Poll::Ready(over)
    }
}

impl<B, X> Body for TimedBody<B, X>
where
    B: Body,
    B::Error: Into<BoxError>,
    X: Expire,
{
    type Data = B::Data;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, BoxError>>> {
        let this = self.as_mut().project();
        if *this.is_over {
            return Poll::Ready(None);
        }
        match this.inner.poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(idle) = this.idle {
                    idle.arrive(progress(&frame), now);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(end) => Poll::Ready(end.map(|frame| frame.map_err(Into::into))),
            Poll::Pending => {
                let over = ready!(self.as_mut().poll_over(cx));
                let this = self.project();
                *this.is_over = true;
                Poll::Ready(Some(Err(this.policy.expire(over).into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.is_over || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Trailers are progress, whatever is asked for.
fn progress<D: Buf>(frame: &Frame<D>) -> u64 {
    let bytes = frame.data_ref().map_or(usize::MAX, Buf::remaining);
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

fn nearer(deadline: Option<Instant>, idle: Option<Instant>) -> Option<(Instant, Over)> {
    match (deadline, idle) {
        (Some(deadline), Some(idle)) if idle < deadline => Some((idle, Over::Idle)),
        (Some(deadline), _) => Some((deadline, Over::Deadline)),
        (None, idle) => Some((idle?, Over::Idle)),
    }
}
