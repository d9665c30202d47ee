//! The call of the wrapped service, which may have to become ready first.

use std::future::Future;
use std::mem::replace;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, Waker, ready};

use ms_core::context::Context;
use pin_project::pin_project;
use tower_service::Service;

/// A call of `inner` that comes now.
pub(super) enum Start<S, Req>
where
    S: Service<Req>,
{
    Called(S::Future),
    Late(Late<S, Req>),
}

/// A call that could not be made at once.
#[pin_project(project = LateProj)]
pub(super) enum Late<S, Req>
where
    S: Service<Req>,
{
    Readying {
        service: S,
        /// Empty only while it is passed on.
        request: Option<Req>,
        /// In which the call came: it is made in there.
        context: Context,
    },
    Called(#[pin] S::Future),
    /// The service failed to become ready. Empty once that was said.
    Unready(Option<S::Error>),
}

/// How a call went.
pub(super) enum Went<Res, Err> {
    Called(Result<Res, Err>),
    Unready(Err),
}

impl<S, Req> Start<S, Req>
where
    S: Service<Req> + Clone,
{
    /// Calls `inner` at once if it is ready. If it has to wait, the instance that waits goes with
    /// the call, since it may stand in a queue, and a fresh one takes its place.
    #[inline]
    pub(super) fn now(inner: &mut S, request: Req) -> Self {
        match inner.poll_ready(&mut TaskContext::from_waker(Waker::noop())) {
            Poll::Ready(Ok(())) => Self::Called(inner.call(request)),
            Poll::Ready(Err(error)) => Self::Late(Late::Unready(Some(error))),
            Poll::Pending => {
                let fresh = inner.clone();
                Self::Late(Late::readying(replace(inner, fresh), request, Context::here()))
            }
        }
    }
}

impl<S, Req> Late<S, Req>
where
    S: Service<Req>,
{
    /// Makes `service` ready, and then the call.
    pub(super) const fn readying(service: S, request: Req, context: Context) -> Self {
        Self::Readying { service, request: Some(request), context }
    }

    /// Whether the call waits for the service to become ready.
    pub(super) const fn is_readying(&self) -> bool {
        matches!(self, Self::Readying { .. })
    }

    pub(super) fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Went<S::Response, S::Error>> {
        if let LateProj::Readying { service, request, context } = self.as_mut().project() {
            if let Err(error) = ready!(context.enter(|| service.poll_ready(cx))) {
                self.set(Self::Unready(None));
                return Poll::Ready(Went::Unready(error));
            }
            let Some(request) = request.take() else { return Poll::Pending };
            let future = context.enter(|| service.call(request));
            self.set(Self::Called(future));
        }
        match self.project() {
            LateProj::Called(future) => future.poll(cx).map(Went::Called),
            LateProj::Unready(error) => match error.take() {
                Some(error) => Poll::Ready(Went::Unready(error)),
                None => Poll::Pending,
            },
            LateProj::Readying { .. } => Poll::Pending,
        }
    }
}
