//! The service that asks the circuit first.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use ms_core::availability::{Availability, Available};
use ms_core::clock::{Instant, now};
use ms_core::reach::{Head, Reach};
use ms_core::rejection::{Rejectable, Rejection};
use ms_core::verdict::{Classify, judge};
use tower_service::Service;

use super::admit::{Kind, Pass};
use super::control::CircuitBreaker;
use super::future::{ResponseFuture, Rest};
use super::handle::Handle;
use super::hold::Held;
use super::permit::{Passing, Permit};
use super::reason::NOT_READY;
use super::word::{CircuitState, Glance};

/// The service of [`CircuitBreakerLayer`](super::CircuitBreakerLayer).
pub struct CircuitBreakerService<S, C, R = Head> {
    inner: S,
    handle: Arc<Handle>,
    classifier: C,
    /// The inner service said that it is ready, and was not called since.
    is_ready: bool,
    /// A call was let through and found the inner service not ready: it is asked next time.
    insists: bool,
    reach: PhantomData<fn() -> R>,
}

impl<S, C, R> CircuitBreakerService<S, C, R> {
    pub(super) const fn new(inner: S, handle: Arc<Handle>, classifier: C) -> Self {
        let reach = PhantomData;
        Self { inner, handle, classifier, is_ready: false, insists: false, reach }
    }
}

impl<S, C, R> CircuitBreakerService<S, C, R> {
    /// The circuit that this service asks.
    #[must_use]
    pub fn handle(&self) -> CircuitBreaker {
        CircuitBreaker::new(Arc::clone(&self.handle))
    }
}

/// What a clone is told of readiness is its own.
impl<S: Clone, C: Clone, R> Clone for CircuitBreakerService<S, C, R> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), Arc::clone(&self.handle), self.classifier.clone())
    }
}

impl<S, C, R, Req> Service<Req> for CircuitBreakerService<S, C, R>
where
    S: Service<Req>,
    S::Error: Rejectable,
    C: Classify<S::Response, S::Error>,
    R: Reach<S::Response, Rest>,
{
    type Response = R::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, S::Error, C, R>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.is_ready = false;
        let glance = self.handle.state().word.glance();
        if glance.closed().is_none() && (glance.is_open() && !self.insists || self.refuses()) {
            // Whatever the inner service says, the call will be refused: so it is not asked.
            return Poll::Ready(Ok(()));
        }
        match self.inner.poll_ready(cx) {
            Poll::Ready(Ok(())) => {
                (self.is_ready, self.insists) = (true, false);
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => {
                self.note_unready(&error);
                Poll::Ready(Err(error))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    #[inline(always)]
    fn call(&mut self, request: Req) -> Self::Future {
        let glance = self.handle.state().word.glance();
        match glance.closed() {
            Some(generation) if self.is_ready => {
                let pass = Pass { generation, kind: Kind::Call };
                self.pass(request, Passing::new(self.handle.lease(), pass))
            }
            _ => self.call_otherwise(request, glance),
        }
    }
}

impl<S, C, R> CircuitBreakerService<S, C, R> {
    /// Passes the call on to the inner service, which is ready.
    #[inline(always)]
    fn pass<Req>(
        &mut self,
        request: Req,
        passing: Passing<Held>,
    ) -> ResponseFuture<S::Future, S::Error, C, R>
    where
        S: Service<Req>,
        C: Clone,
    {
        self.is_ready = false;
        let future = self.inner.call(request);
        ResponseFuture::calling(future, passing.passed(), self.classifier.clone())
    }

    #[inline(never)]
    fn call_otherwise<Req>(
        &mut self,
        request: Req,
        glance: Glance,
    ) -> ResponseFuture<S::Future, S::Error, C, R>
    where
        S: Service<Req>,
        S::Error: Rejectable,
        C: Classify<S::Response, S::Error>,
    {
        if let Some(rejection) = self.handle.state().refused(glance) {
            return self.refuse(rejection);
        }
        let pass = match self.handle.state().admit() {
            Ok(pass) => pass,
            Err(rejection) => return self.refuse(rejection),
        };
        let mut permit = Permit::new(self.handle.lease(), pass);
        if self.is_ready {
            return self.pass(request, permit.pass());
        }
        // It was not asked while calls were refused: so it is asked now, once.
        match self.inner.poll_ready(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(())) => self.pass(request, permit.pass()),
            Poll::Ready(Err(error)) => {
                permit.end(judge(&self.classifier, Err(&error)));
                ResponseFuture::failed(error, self.classifier.clone())
            }
            Poll::Pending => {
                permit.cancel();
                self.insists = true;
                self.refuse(Rejection::new(&NOT_READY, self.handle.state().voice.name()))
            }
        }
    }

    #[inline]
    fn refuse<F, E>(&self, rejection: Rejection) -> ResponseFuture<F, E, C, R>
    where
        C: Clone,
    {
        self.handle.count_rejected();
        ResponseFuture::refused(rejection, self.classifier.clone())
    }

    /// Whether a call would be refused without looking further.
    #[inline(never)]
    fn refuses(&self) -> bool {
        let state = self.handle.state();
        let phase = state.word.read();
        match phase.state {
            CircuitState::ForcedOpen => true,
            _ if phase.shadow => false,
            // Whoever insists is asked for a probe as soon as one may be.
            CircuitState::Open if self.insists => state.until() > now(),
            _ => !self.insists && phase.refuses(state.rules.settings.probes()),
        }
    }

    /// A readiness that failed is an outcome, like an answer.
    #[cold]
    fn note_unready<Req>(&mut self, error: &S::Error)
    where
        S: Service<Req>,
        S::Error: Rejectable,
        C: Classify<S::Response, S::Error>,
    {
        self.insists = false;
        if let Ok(pass) = self.handle.state().admit() {
            Permit::new(self.handle.lease(), pass).end(judge(&self.classifier, Err(error)));
        }
    }
}

impl<S, C, R> Available for CircuitBreakerService<S, C, R> {
    fn availability(&self, now: Instant) -> Availability {
        self.handle.state().availability(now)
    }
}

impl<S: fmt::Debug, C, R> fmt::Debug for CircuitBreakerService<S, C, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CircuitBreakerService")
            .field("inner", &self.inner)
            .field("is_ready", &self.is_ready)
            .finish_non_exhaustive()
    }
}
