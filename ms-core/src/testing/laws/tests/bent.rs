//! A layer with one bend: whatever is not bent is passed through.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tower::Service;
use tower::layer::{Layer, layer_fn};

use crate::error::Error;
use crate::rejection::{Reason, Rejection};
use crate::testing::laws::check::violations;
use crate::testing::laws::subject::{Inner, TestedCloneLayer};
use crate::testing::probe::ProbeError;

pub(super) type Fault = Error<ProbeError>;
pub(super) type Readiness = Poll<Result<(), Fault>>;
pub(super) type Answering = Pin<Box<dyn Future<Output = Result<u32, Fault>> + Send>>;
type Ready<T> = fn(&mut Inner, &mut T, &mut Context<'_>) -> Readiness;
type Call<T> = fn(&mut Inner, &mut T, u32) -> Answering;

#[derive(Clone)]
pub(super) struct Bent<T> {
    inner: Inner,
    state: T,
    ready: Ready<T>,
    call: Call<T>,
}

impl<T> Service<u32> for Bent<T> {
    type Response = u32;
    type Error = Fault;
    type Future = Answering;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Readiness {
        (self.ready)(&mut self.inner, &mut self.state, cx)
    }

    fn call(&mut self, request: u32) -> Answering {
        (self.call)(&mut self.inner, &mut self.state, request)
    }
}

/// A layer that bends `ready` and `call`; each of its services gets a `state` of its own.
pub(super) fn bent<T: Clone + Send + 'static>(
    state: impl Fn() -> T + Clone,
    ready: Ready<T>,
    call: Call<T>,
) -> impl Layer<Inner, Service = Bent<T>> {
    layer_fn(move |inner| Bent { inner, state: state(), ready, call })
}

pub(super) fn bent_ready<T>(ready: Ready<T>) -> impl Layer<Inner, Service = Bent<T>>
where
    T: Clone + Default + Send + 'static,
{
    bent(T::default, ready, |inner, _, request| honest(inner, request))
}

pub(super) fn bent_call<T>(call: Call<T>) -> impl Layer<Inner, Service = Bent<T>>
where
    T: Clone + Default + Send + 'static,
{
    bent(T::default, |inner, _, cx| inner.poll_ready(cx), call)
}

pub(super) fn honest(inner: &mut Inner, request: u32) -> Answering {
    Box::pin(inner.call(request))
}

const REFUSED: Reason = Reason::unavailable("bent", "bent_refused");

pub(super) fn refused() -> Fault {
    Rejection::new(&REFUSED, "bent").into()
}

/// Exactly the law `name` is broken; what it says was seen.
pub(super) async fn breaks_only<L: TestedCloneLayer>(name: &str, make: impl Fn() -> L) -> String {
    let mut found = violations(make, &[]).await;
    let names: Vec<&str> = found.iter().filter_map(|text| text.split(':').next()).collect();
    assert_eq!(names, [name], "{found:#?}");
    found.remove(0)
}
