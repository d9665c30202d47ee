//! The response future.

use std::convert::Infallible;
use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ::http::Response;
use pin_project::pin_project;

use super::body::RespondBody;
use super::form::Form;
use super::refusal::Refusal;
use super::{grpc, problem};
use crate::rejection::rejectable::Rejectable;

/// The response future of [`RespondService`](super::RespondService).
#[pin_project]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct RespondFuture<F> {
    #[pin]
    state: State<F>,
    form: Form,
}

#[pin_project(project = StateProjection)]
#[derive(Debug)]
enum State<F> {
    Calling(#[pin] F),
    /// Empty once it was told.
    Refused(Option<Refusal>),
}

impl<F> RespondFuture<F> {
    pub(super) const fn calling(future: F, form: Form) -> Self {
        Self { state: State::Calling(future), form }
    }

    pub(super) const fn refused(refusal: Refusal, form: Form) -> Self {
        Self { state: State::Refused(Some(refusal)), form }
    }
}

impl<F, B, E> Future for RespondFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    E: Rejectable + Debug,
{
    type Output = Result<Response<RespondBody<B>>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = match this.state.project() {
            StateProjection::Calling(future) => match ready!(future.poll(cx)) {
                Ok(response) => response.map(RespondBody::service),
                Err(error) => response(&Refusal::of(&error), *this.form),
            },
            StateProjection::Refused(refusal) => match refusal.take() {
                Some(refusal) => response(&refusal, *this.form),
                None => return Poll::Pending,
            },
        };
        Poll::Ready(Ok(response))
    }
}

#[cold]
fn response<B>(refusal: &Refusal, form: Form) -> Response<RespondBody<B>> {
    let mut response = match form {
        Form::Problem => problem::response(refusal),
        Form::Head => problem::head(refusal),
        Form::Grpc(content_type) => grpc::response(refusal, content_type),
    };
    response.extensions_mut().insert(refusal.reason());
    response.map(RespondBody::text)
}
