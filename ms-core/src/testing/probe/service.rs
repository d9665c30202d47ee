//! The service.

use std::fmt;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tower_service::Service;

use super::answer::{Answer, PANIC_IN_CALL, What};
use super::error::ProbeError;
use super::future::ProbeFuture;
use super::handle::ProbeHandle;
use super::shared::{Permit, Responder, Shared};
use crate::error::Error;

/// A service that does what a script says and records what is done to it.
pub struct Probe<Req, Res, Err = Error<ProbeError>> {
    shared: Arc<Shared<Req, Res, Err>>,
    id: usize,
    permit: Option<Permit<Req, Res, Err>>,
}

impl<Req: Clone, Res> Probe<Req, Res> {
    /// A probe that answers as `responder` says, and the handle that reads and controls it.
    pub fn new<F>(responder: F) -> (Self, ProbeHandle<Req, Res>)
    where
        F: Fn(Req) -> Answer<Res, Error<ProbeError>> + Send + Sync + 'static,
    {
        Self::with_error(responder)
    }
}

impl<Req, Res, Err> Probe<Req, Res, Err> {
    /// The same with an error type of one's own.
    ///
    /// ```
    /// use ms_core::rejection::BoxError;
    /// use ms_core::testing::probe::{Answer, Probe};
    ///
    /// let (probe, handle) =
    ///     Probe::<u32, (), BoxError>::with_error(|_| Answer::error("out of order"));
    /// ```
    pub fn with_error<F>(responder: F) -> (Self, ProbeHandle<Req, Res, Err>)
    where
        F: Fn(Req) -> Answer<Res, Err> + Send + Sync + 'static,
        Req: Clone,
    {
        Self::scripted(Arc::new(responder), |request| Some(request.clone()))
    }

    /// The same for requests that cannot be cloned: they are not recorded.
    ///
    /// ```
    /// use ms_core::testing::probe::{Answer, Probe};
    ///
    /// struct Upload(Box<dyn std::io::Read>);
    /// let (probe, handle) =
    ///     Probe::<_, u32, std::io::Error>::forgetting(|_: Upload| Answer::ready(1));
    /// ```
    pub fn forgetting<F>(responder: F) -> (Self, ProbeHandle<Req, Res, Err>)
    where
        F: Fn(Req) -> Answer<Res, Err> + Send + Sync + 'static,
    {
        Self::scripted(Arc::new(responder), |_| None)
    }

    fn scripted(
        responder: Responder<Req, Res, Err>,
        keep: fn(&Req) -> Option<Req>,
    ) -> (Self, ProbeHandle<Req, Res, Err>) {
        let shared = Shared::new(responder, keep);
        let handle = ProbeHandle::new(Arc::clone(&shared));
        (Self::instance(shared), handle)
    }

    fn instance(shared: Arc<Shared<Req, Res, Err>>) -> Self {
        shared.with(|state| state.seen.alive += 1);
        let id = shared.id();
        Self { shared, id, permit: None }
    }
}

impl<Req, Res, Err> Service<Req> for Probe<Req, Res, Err> {
    type Response = Res;
    type Error = Err;
    type Future = ProbeFuture<Req, Res, Err>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Err>> {
        let polled = self.shared.with(|state| {
            state.seen.ready_polls += 1;
            state.readiness.poll(self.id, self.permit.is_some(), cx.waker())
        });
        match ready!(polled) {
            Ok(true) => self.permit = Some(Permit::idle(&self.shared)),
            Ok(false) => {}
            Err(error) => {
                self.permit = None;
                return Poll::Ready(Err(error));
            }
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Req) -> Self::Future {
        let permit = self.permit.take().map(Permit::busy);
        let responder = self.shared.with(|state| {
            state.seen.calls += 1;
            state.seen.unready_calls += usize::from(permit.is_none());
            state.requests.extend((state.keep)(&request));
            Arc::clone(&state.responder)
        });
        let answer = responder(request);
        if matches!(answer.what, What::PanicInCall) {
            self.shared.with(|state| state.seen.panics += 1);
            drop(permit);
            resume_unwind(Box::new(PANIC_IN_CALL));
        }
        ProbeFuture::new(Arc::clone(&self.shared), answer, permit)
    }
}

impl<Req, Res, Err> Clone for Probe<Req, Res, Err> {
    /// Another instance of the same service, which has not been made ready.
    fn clone(&self) -> Self {
        self.shared.with(|state| state.seen.clones += 1);
        Self::instance(Arc::clone(&self.shared))
    }
}

impl<Req, Res, Err> Drop for Probe<Req, Res, Err> {
    fn drop(&mut self) {
        self.shared.with(|state| {
            state.seen.alive -= 1;
            state.readiness.waiters.leave(self.id);
        });
    }
}

impl<Req, Res, Err> fmt::Debug for Probe<Req, Res, Err> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe")
            .field("id", &self.id)
            .field("ready", &self.permit.is_some())
            .finish_non_exhaustive()
    }
}
