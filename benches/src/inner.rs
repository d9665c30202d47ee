//! The service inside: it does nothing, so that what is around it is what costs.

use std::future::Future;
use std::hint::black_box;
use std::mem::take;
use std::pin::Pin;
use std::task::{Context, Poll};

use ms_core::rejection::BoxError;
use tower_service::Service;

/// Is always ready, and answers with what it was asked.
///
/// Only the value says whether that comes at once, so that the compiler keeps what a layer does
/// for a call that has to wait: two types would let it shorten the ready case by a third.
#[derive(Debug, Clone, Copy)]
pub struct Echo {
    pending: bool,
}

impl Echo {
    /// Answers at the first poll.
    #[must_use]
    pub fn at_once() -> Self {
        Self { pending: black_box(false) }
    }

    /// Answers at the second poll.
    #[must_use]
    pub fn late() -> Self {
        Self { pending: black_box(true) }
    }
}

impl Service<u32> for Echo {
    type Response = u32;
    type Error = BoxError;
    type Future = Answer;

    #[inline]
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    #[inline]
    fn call(&mut self, request: u32) -> Answer {
        Answer { request, pending: self.pending }
    }
}

/// The response future of [`Echo`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Answer {
    request: u32,
    pending: bool,
}

impl Future for Answer {
    type Output = Result<u32, BoxError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        if take(&mut self.pending) { Poll::Pending } else { Poll::Ready(Ok(self.request)) }
    }
}

/// An [`Echo`] that might fail, as only the value says: the compiler keeps what is done about that.
#[derive(Debug, Clone, Copy)]
pub struct Fallible {
    echo: Echo,
    fails: bool,
}

impl Fallible {
    /// Answers as `echo` does.
    #[must_use]
    pub fn new(echo: Echo) -> Self {
        Self { echo, fails: black_box(false) }
    }
}

impl Service<u32> for Fallible {
    type Response = u32;
    type Error = BoxError;
    type Future = Attempt;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.echo.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: u32) -> Attempt {
        Attempt { answer: self.echo.call(request), fails: self.fails }
    }
}

/// The response future of [`Fallible`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Attempt {
    answer: Answer,
    fails: bool,
}

impl Future for Attempt {
    type Output = Result<u32, BoxError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.fails {
            return Poll::Ready(Err("failed".into()));
        }
        Pin::new(&mut self.answer).poll(cx)
    }
}
