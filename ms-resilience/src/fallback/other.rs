//! Another service.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use ms_core::repeat::NotRepeatable;
use ms_core::sync::{Mutex, lock};
use pin_project::pin_project;
use tower_service::Service;

use super::answer::{Answer, Kind, NoAnswer};
use super::failed::Failed;

/// Answers by another service: made by [`FallbackLayer::service`](super::FallbackLayer::service).
pub struct Other<S> {
    /// Locked only to be cloned. A clone that panics leaves it as it was, and none can come back
    /// here: the service is older than the layer that it was given to.
    template: Arc<Mutex<S>>,
}

impl<S> Other<S> {
    pub(super) fn new(service: S) -> Self {
        Self { template: Arc::new(Mutex::new(service)) }
    }
}

impl<S> Clone for Other<S> {
    fn clone(&self) -> Self {
        Self { template: Arc::clone(&self.template) }
    }
}

impl<S: Send + 'static> Kind for Other<S> {
    const NAME: &'static str = "service";
    const WORKS_AGAIN: bool = true;
}

impl<S, Req, Res, Err> Answer<Req, Res, Err> for Other<S>
where
    S: Service<Req, Response = Res> + Clone + Send + 'static,
{
    type Future = OtherFuture<S, S::Future, Req>;

    fn answer(
        &self,
        request: Result<Req, NotRepeatable>,
        failed: Failed<Res, Err>,
    ) -> Self::Future {
        drop(failed);
        match request {
            Ok(request) => {
                let service = lock(&self.template).clone();
                OtherFuture::Readying { service, request: Some(request) }
            }
            Err(why) => OtherFuture::NotKept(why),
        }
    }
}

impl<S> fmt::Debug for Other<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Other").finish_non_exhaustive()
    }
}

/// The future of an [`Other`] service: makes it ready, and calls it.
#[pin_project(project = OtherProj)]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub enum OtherFuture<S, F, Req> {
    /// It is being made ready.
    Readying {
        /// A clone for this call.
        service: S,
        /// Empty only while it is passed on.
        request: Option<Req>,
    },
    /// It was called.
    Called(#[pin] F),
    /// There is no request to call it with.
    NotKept(NotRepeatable),
}

impl<S, F, Req> Future for OtherFuture<S, F, Req>
where
    S: Service<Req, Future = F>,
    F: Future<Output = Result<S::Response, S::Error>>,
{
    type Output = Result<S::Response, NoAnswer>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let OtherProj::Readying { service, request } = self.as_mut().project() {
            if ready!(service.poll_ready(cx)).is_err() {
                return Poll::Ready(Err(NoAnswer::Failed));
            }
            let Some(request) = request.take() else { return Poll::Pending };
            let future = service.call(request);
            self.set(Self::Called(future));
        }
        match self.project() {
            OtherProj::Called(future) => future.poll(cx).map_err(|_| NoAnswer::Failed),
            OtherProj::NotKept(why) => Poll::Ready(Err((*why).into())),
            OtherProj::Readying { .. } => Poll::Pending,
        }
    }
}
