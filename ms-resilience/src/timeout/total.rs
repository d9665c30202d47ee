//! The service that limits a whole call.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};

use ms_core::availability::{Availability, Available};
use ms_core::clock::Instant;
use ms_core::context::Context;
use ms_core::reach::{Head, Reach};
use ms_core::rejection::Rejectable;
use pin_project::{pin_project, pinned_drop};
use tower_service::Service;

use super::handle::Handle;
use super::watch::{Rest, Watch};

/// The service of [`TotalTimeoutLayer`](super::TotalTimeoutLayer).
///
/// Always ready: the wrapped service is made ready inside of the response future, where the time
/// runs.
#[derive(Debug)]
pub struct TotalTimeout<S, R = Head> {
    inner: S,
    handle: Arc<Handle>,
    reach: PhantomData<fn() -> R>,
}

impl<S, R> TotalTimeout<S, R> {
    pub(super) const fn new(inner: S, handle: Arc<Handle>) -> Self {
        Self { inner, handle, reach: PhantomData }
    }
}

impl<S: Clone, R> Clone for TotalTimeout<S, R> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), Arc::clone(&self.handle))
    }
}

impl<S, R, Req> Service<Req> for TotalTimeout<S, R>
where
    S: Service<Req> + Clone,
    S::Error: Rejectable,
    R: Reach<S::Response, Rest>,
{
    type Response = R::Response;
    type Error = S::Error;
    type Future = TotalResponseFuture<S, S::Future, Req, R>;

    #[inline]
    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    #[inline]
    fn call(&mut self, request: Req) -> Self::Future {
        let context = Context::here();
        TotalResponseFuture {
            watch: Watch::new(self.handle.ticket(), context.unguarded()),
            state: State::Readying { service: self.inner.clone(), request: Some(request) },
            context: context.with_limit(self.handle.within()).guarded(),
            reach: PhantomData,
        }
    }
}

impl<S: Available, R> Available for TotalTimeout<S, R> {
    fn availability(&self, now: Instant) -> Availability {
        self.inner.availability(now)
    }
}

/// The response future of [`TotalTimeout`].
#[pin_project(PinnedDrop)]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct TotalResponseFuture<S, F, Req, R = Head> {
    #[pin]
    state: State<S, F, Req>,
    #[pin]
    watch: Watch,
    /// What runs inside sees the deadline in here.
    context: Context,
    reach: PhantomData<fn() -> R>,
}

#[pin_project(project = StateProj)]
#[derive(Debug)]
enum State<S, F, Req> {
    Readying {
        service: S,
        /// Empty only while it is passed on.
        request: Option<Req>,
    },
    Calling(#[pin] F),
    Dropped,
}

impl<S, F, Req> State<S, F, Req>
where
    S: Service<Req, Future = F>,
    F: Future<Output = Result<S::Response, S::Error>>,
{
    #[inline]
    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Result<S::Response, S::Error>> {
        if let StateProj::Readying { service, request } = self.as_mut().project() {
            ready!(service.poll_ready(cx))?;
            let Some(request) = request.take() else {
                return Poll::Pending;
            };
            let future = service.call(request);
            self.set(Self::Calling(future));
        }
        match self.project() {
            StateProj::Calling(future) => future.poll(cx),
            StateProj::Readying { .. } | StateProj::Dropped => Poll::Pending,
        }
    }
}

impl<S, F, Req, R> Future for TotalResponseFuture<S, F, Req, R>
where
    S: Service<Req, Future = F>,
    F: Future<Output = Result<S::Response, S::Error>>,
    S::Error: Rejectable,
    R: Reach<S::Response, Rest>,
{
    type Output = Result<R::Response, S::Error>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let (mut state, watch) = (this.state, this.watch);
        let mut start = None;
        let polled = this.context.enter(|| match state.as_mut().poll(cx) {
            Poll::Ready(result) => Poll::Ready(watch.deliver::<R, _, _>(result)),
            Poll::Pending => watch.poll_over(cx, |now| start = Some(now)).map(|rejection| {
                state.set(State::Dropped);
                Err(rejection.into())
            }),
        });
        if let Some(now) = start {
            *this.context = std::mem::take(this.context).started(now);
        }
        polled
    }
}

/// What is given up is dropped inside of its context, as it was polled.
#[pinned_drop]
impl<S, F, Req, R> PinnedDrop for TotalResponseFuture<S, F, Req, R> {
    fn drop(self: Pin<&mut Self>) {
        let mut this = self.project();
        if !this.watch.is_over() {
            this.context.enter(|| this.state.set(State::Dropped));
        }
    }
}
