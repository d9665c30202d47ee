//! A function of the request and of what went wrong.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use ms_core::repeat::NotRepeatable;
use pin_project::pin_project;

use super::answer::{Answer, Kind, NoAnswer};
use super::failed::Failed;

/// Answers by a function: made by [`FallbackLayer::with`](super::FallbackLayer::with).
pub struct Function<F, Req, Res, Err> {
    function: Arc<F>,
    call: PhantomData<fn(Req, Err) -> Res>,
}

impl<F, Req, Res, Err> Function<F, Req, Res, Err> {
    pub(super) fn new(function: F) -> Self {
        Self { function: Arc::new(function), call: PhantomData }
    }
}

impl<F, Req, Res, Err> Clone for Function<F, Req, Res, Err> {
    fn clone(&self) -> Self {
        Self { function: Arc::clone(&self.function), call: PhantomData }
    }
}

impl<F, Req, Res, Err> Kind for Function<F, Req, Res, Err>
where
    F: Send + Sync + 'static,
    Req: 'static,
    Res: 'static,
    Err: 'static,
{
    const NAME: &'static str = "function";
}

impl<F, Fut, Req, Res, Err> Answer<Req, Res, Err> for Function<F, Req, Res, Err>
where
    F: Fn(Req, Failed<Res, Err>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Res, Err>>,
    Req: 'static,
    Res: 'static,
    Err: 'static,
{
    type Future = FunctionFuture<Fut>;

    fn answer(
        &self,
        request: Result<Req, NotRepeatable>,
        failed: Failed<Res, Err>,
    ) -> Self::Future {
        match request {
            Ok(request) => FunctionFuture::Called((self.function)(request, failed)),
            Err(why) => FunctionFuture::NotKept(why),
        }
    }
}

impl<F, Req, Res, Err> fmt::Debug for Function<F, Req, Res, Err> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function").finish_non_exhaustive()
    }
}

/// The future of a [`Function`].
#[pin_project(project = FunctionProj)]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub enum FunctionFuture<Fut> {
    /// The function was called.
    Called(#[pin] Fut),
    /// There is no request to call it with.
    NotKept(NotRepeatable),
}

impl<Fut, Res, Err> Future for FunctionFuture<Fut>
where
    Fut: Future<Output = Result<Res, Err>>,
{
    type Output = Result<Res, NoAnswer>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            FunctionProj::Called(future) => future.poll(cx).map_err(|_| NoAnswer::Failed),
            FunctionProj::NotKept(why) => Poll::Ready(Err((*why).into())),
        }
    }
}
