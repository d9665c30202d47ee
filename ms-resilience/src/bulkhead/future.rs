//! The response future.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use ms_core::reach::{Head, Reach};
use ms_core::rejection::{Rejectable, Rejection};
use pin_project::pin_project;
use tower_service::Service;

use super::permit::Permit;
use super::wait::Wait;

/// The response future of [`BulkheadService`](super::BulkheadService).
#[pin_project]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture<S, F, Req, R = Head> {
    #[pin]
    stage: Stage<S, F, Req>,
    reach: PhantomData<fn() -> R>,
}

#[pin_project(project = StageProj)]
#[derive(Debug)]
enum Stage<S, F, Req> {
    Calling {
        #[pin]
        future: F,
        /// Behind the future: when the place is free, nothing of the call is left.
        permit: Permit,
    },
    Waiting(#[pin] Wait<S, Req>),
    /// Empty once it was said.
    Refused(Option<Rejection>),
}

impl<S, F, Req, R> ResponseFuture<S, F, Req, R> {
    #[inline(always)]
    pub(super) const fn calling(future: F, permit: Permit) -> Self {
        Self::at(Stage::Calling { future, permit })
    }

    pub(super) const fn waiting(wait: Wait<S, Req>) -> Self {
        Self::at(Stage::Waiting(wait))
    }

    pub(super) const fn refused(rejection: Rejection) -> Self {
        Self::at(Stage::Refused(Some(rejection)))
    }

    #[inline(always)]
    const fn at(stage: Stage<S, F, Req>) -> Self {
        Self { stage, reach: PhantomData }
    }
}

impl<S, F, Req, R> Future for ResponseFuture<S, F, Req, R>
where
    S: Service<Req, Future = F>,
    F: Future<Output = Result<S::Response, S::Error>>,
    S::Error: Rejectable,
    R: Reach<S::Response, Permit>,
{
    type Output = Result<R::Response, S::Error>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let stage = self.project().stage;
        match *stage {
            Stage::Calling { .. } => stage.poll_answer::<R>(cx),
            _ => stage.poll_late::<R>(cx),
        }
    }
}

impl<S, F, Req> Stage<S, F, Req>
where
    S: Service<Req, Future = F>,
    F: Future<Output = Result<S::Response, S::Error>>,
    S::Error: Rejectable,
{
    /// The call is made.
    #[inline(always)]
    fn poll_answer<R>(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Result<R::Response, S::Error>>
    where
        R: Reach<S::Response, Permit>,
    {
        let StageProj::Calling { future, permit } = self.as_mut().project() else {
            return Poll::Pending;
        };
        let result = ready!(future.poll(cx));
        let result = result.map(|response| R::deliver(response, || permit.hand_over()));
        permit.end();
        Poll::Ready(result)
    }

    /// The call has to wait, or is refused.
    #[inline(never)]
    fn poll_late<R>(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Result<R::Response, S::Error>>
    where
        R: Reach<S::Response, Permit>,
    {
        let StageProj::Refused(rejection) = self.as_mut().project() else {
            return self.poll_wait::<R>(cx);
        };
        match rejection.take() {
            Some(rejection) => Poll::Ready(Err(rejection.into())),
            None => Poll::Pending,
        }
    }

    #[inline(never)]
    fn poll_wait<R>(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Result<R::Response, S::Error>>
    where
        R: Reach<S::Response, Permit>,
    {
        let StageProj::Waiting(wait) = self.as_mut().project() else { return Poll::Pending };
        match ready!(wait.poll_call(cx)) {
            Ok((future, permit)) => self.set(Self::Calling { future, permit }),
            Err(error) => {
                self.set(Self::Refused(None));
                return Poll::Ready(Err(error));
            }
        }
        self.poll_answer::<R>(cx)
    }
}
