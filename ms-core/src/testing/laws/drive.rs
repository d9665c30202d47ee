//! How the laws drive a service: never for ever, never in silence.

use std::any::Any;
use std::fmt::{Debug, Display};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use tokio::task::yield_now;

use super::subject::TestedService;
use crate::clock::sleep;
use crate::testing::wakes::Wakes;

/// Longer than any layer waits on purpose.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// More polls than any call needs: whoever polls more often runs in circles.
const MANY_POLLS: usize = 10_000;

/// How often everybody else may run before a law says that nothing happens.
const ROUNDS: usize = 32;

/// A law by its name, with which each of its complaints begins.
#[derive(Clone, Copy)]
pub(super) struct Law(pub(super) &'static str);

impl Law {
    /// Reports a violation.
    pub(super) fn broken(self, what: impl Display) -> ! {
        panic!("{}: {what}", self.0)
    }

    pub(super) fn require(self, holds: bool, what: impl Display) {
        if !holds {
            self.broken(what);
        }
    }

    /// Waits for `future`, an hour of the paused clock at most.
    pub(super) async fn finish<F: Future>(self, what: &str, future: F) -> F::Output {
        let (mut future, mut end) = (pin!(future), pin!(sleep(HOUR)));
        let mut polls = 0;
        poll_fn(|cx| {
            if let Poll::Ready(output) = future.as_mut().poll(cx) {
                return Poll::Ready(output);
            }
            polls += 1;
            self.require(polls < MANY_POLLS, format_args!("{what} was polled {polls} times"));
            if end.as_mut().poll(cx).is_ready() {
                self.broken(format_args!("{what} did not finish within an hour"));
            }
            Poll::Pending
        })
        .await
    }

    /// Makes `service` ready and calls it.
    pub(super) async fn outcome<S>(self, service: &mut S, request: u32) -> Result<u32, S::Error>
    where
        S: TestedService,
    {
        self.finish("a call", attempt(service, request)).await
    }

    /// The same, and the answer has to be `request`.
    pub(super) async fn echo<S: TestedService>(self, when: &str, service: &mut S, request: u32) {
        let outcome = self.outcome(service, request).await;
        self.require_answer(when, &outcome, request);
    }

    pub(super) fn require_answer<E: Debug>(
        self,
        when: &str,
        outcome: &Result<u32, E>,
        answer: u32,
    ) {
        let right = matches!(outcome, Ok(given) if *given == answer);
        self.require(right, format_args!("{when}, a call gave {outcome:?} for Ok({answer})"));
    }

    /// The same as [`echo`](Self::echo), but a panic is caught and returned.
    pub(super) async fn panic_of<S: TestedService>(
        self,
        service: &mut S,
        request: u32,
    ) -> Result<Result<u32, S::Error>, String> {
        caught(self.finish("a call that panics", attempt(service, request))).await
    }
}

/// Makes `service` ready and calls it.
pub(super) async fn attempt<S: TestedService>(
    service: &mut S,
    request: u32,
) -> Result<u32, S::Error> {
    poll_fn(|cx| service.poll_ready(cx)).await?;
    service.call(request).await
}

/// Lets everybody else run, while the clock stands still.
pub(super) async fn pause() {
    for _ in 0..ROUNDS {
        yield_now().await;
    }
}

/// What `future` gives, or the text of its panic.
pub(super) async fn caught<F: Future>(future: F) -> Result<F::Output, String> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        let poll = AssertUnwindSafe(|| future.as_mut().poll(cx));
        match catch_unwind(poll) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(text(&*panic))),
        }
    })
    .await
}

fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a text".to_owned())
}

/// A future that is polled by hand, and by itself only when it was woken.
pub(super) struct Driven<F: Future> {
    future: Pin<Box<F>>,
    output: Option<F::Output>,
    wakes: Wakes,
    heard: usize,
    pub(super) polls: usize,
}

impl<F: Future> Driven<F> {
    pub(super) fn new(future: F) -> Self {
        let (future, wakes) = (Box::pin(future), Wakes::new());
        Self { future, output: None, wakes, heard: 0, polls: 0 }
    }

    /// Polls it once, woken or not.
    pub(super) fn poll(&mut self) {
        self.heard = self.wakes.count();
        let wakes = self.wakes.clone();
        self.poll_with(&wakes);
    }

    /// Polls it once with the waker of somebody else.
    pub(super) fn poll_with(&mut self, wakes: &Wakes) {
        if self.output.is_none() {
            self.polls += 1;
            if let Poll::Ready(output) = wakes.poll(self.future.as_mut()) {
                self.output = Some(output);
            }
        }
    }

    /// Lets everybody else run, and polls it whenever it is woken. The clock stands still.
    pub(super) async fn settle(&mut self) -> Poll<F::Output> {
        for _ in 0..ROUNDS {
            yield_now().await;
            if self.wakes.count() > self.heard {
                self.poll();
            }
        }
        self.output.take().map_or(Poll::Pending, Poll::Ready)
    }
}
