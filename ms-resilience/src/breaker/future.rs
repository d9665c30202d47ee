//! The response future.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use ms_core::reach::{Head, Reach};
use ms_core::rejection::{Rejectable, Rejection};
use ms_core::verdict::{Classify, Verdict, judge};
use pin_project::pin_project;

use super::hold::{Held, Hold};
use super::permit::Permit;

/// The response future of [`CircuitBreakerService`](super::CircuitBreakerService).
#[pin_project]
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture<F, E, C, R = Head, H: Hold = Held> {
    #[pin]
    fate: Fate<F, E>,
    /// Behind the fate: where the call is recorded, nothing of it is left. And not in there: each
    /// wrapping moves what it wraps.
    permit: Permit<H>,
    classifier: C,
    reach: PhantomData<fn() -> R>,
}

#[pin_project(project = FateProj)]
enum Fate<F, E> {
    Called(#[pin] F),
    /// What stays is empty once it was said.
    Refused(Option<Rejection>),
    Failed(Option<E>),
}

/// What remains of a call when its response has come. A body can go on with it.
#[derive(Debug)]
#[cfg_attr(not(feature = "http"), expect(dead_code, reason = "there are no bodies"))]
pub struct Rest<H: Hold = Held> {
    pub(super) permit: Permit<H>,
    /// What the head of the response says.
    pub(super) verdict: Option<Verdict>,
}

impl<F, E, C, R, H: Hold> ResponseFuture<F, E, C, R, H> {
    #[inline(always)]
    pub(super) const fn calling(future: F, permit: Permit<H>, classifier: C) -> Self {
        Self { fate: Fate::Called(future), permit, classifier, reach: PhantomData }
    }

    pub(super) const fn refused(rejection: Rejection, classifier: C) -> Self {
        Self::over(Fate::Refused(Some(rejection)), classifier)
    }

    pub(super) const fn failed(error: E, classifier: C) -> Self {
        Self::over(Fate::Failed(Some(error)), classifier)
    }

    const fn over(fate: Fate<F, E>, classifier: C) -> Self {
        Self { fate, permit: Permit::none(), classifier, reach: PhantomData }
    }
}

impl<F, E, C, R, H, Res> Future for ResponseFuture<F, E, C, R, H>
where
    F: Future<Output = Result<Res, E>>,
    E: Rejectable,
    C: Classify<Res, E>,
    R: Reach<Res, Rest<H>>,
    H: Hold,
{
    type Output = Result<R::Response, E>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.fate.project() {
            FateProj::Called(future) => {
                let permit = this.permit;
                permit.is_inside = true;
                let polled = future.poll(cx);
                permit.is_inside = false;
                let Poll::Ready(result) = polled else {
                    permit.wait();
                    return Poll::Pending;
                };
                let verdict = judge(this.classifier, result.as_ref());
                let rest = || Rest { permit: permit.hand_over(), verdict };
                let result = result.map(|response| R::deliver(response, rest));
                // Nothing is left to end where a body goes on with the call.
                permit.end(verdict);
                Poll::Ready(result)
            }
            FateProj::Refused(rejection) => match rejection.take() {
                Some(rejection) => Poll::Ready(Err(rejection.into())),
                None => Poll::Pending,
            },
            FateProj::Failed(error) => match error.take() {
                Some(error) => Poll::Ready(Err(error)),
                None => Poll::Pending,
            },
        }
    }
}

impl<F, E, C, R, H: Hold> fmt::Debug for ResponseFuture<F, E, C, R, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fate = match &self.fate {
            Fate::Called(_) => "called",
            Fate::Refused(_) => "refused",
            Fate::Failed(_) => "failed",
        };
        f.debug_struct("ResponseFuture").field("fate", &fate).finish_non_exhaustive()
    }
}
