//! What the script says to one request.

use std::time::Duration;

/// What a call panics with whose script says [`Answer::panic_in_call`].
pub const PANIC_IN_CALL: &str = "the probe panics in `call`, as its script says";

/// What a poll panics with whose script says [`Answer::panic_in_poll`].
pub const PANIC_IN_POLL: &str = "the probe panics in `poll`, as its script says";

/// What a probe does with one request: what it answers, and when.
///
/// ```
/// use ms_core::testing::probe::Answer;
/// use std::time::Duration;
///
/// let slow: Answer<&str, ()> = Answer::ready("late").after(Duration::from_secs(3));
/// let held: Answer<&str, ()> = Answer::error(()).held();
/// ```
#[derive(Debug, Clone)]
#[must_use = "an answer is what the responder returns"]
pub struct Answer<Res, Err> {
    pub(super) what: What<Res, Err>,
    pub(super) when: When,
}

#[derive(Debug, Clone)]
pub(super) enum What<Res, Err> {
    Result(Result<Res, Err>),
    PanicInCall,
    PanicInPoll,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum When {
    Now,
    AfterPolls(usize),
    After(Duration),
    Released,
    Never,
}

impl<Res, Err> Answer<Res, Err> {
    /// This response, at the first poll.
    pub const fn ready(response: Res) -> Self {
        Self { what: What::Result(Ok(response)), when: When::Now }
    }

    /// This error, at the first poll.
    pub fn error(error: impl Into<Err>) -> Self {
        Self::result(Err(error.into()))
    }

    /// This result, at the first poll.
    pub const fn result(result: Result<Res, Err>) -> Self {
        Self { what: What::Result(result), when: When::Now }
    }

    /// No answer, ever.
    pub const fn never() -> Self {
        Self { what: What::PanicInPoll, when: When::Never }
    }

    /// A panic inside `call`.
    pub const fn panic_in_call() -> Self {
        Self { what: What::PanicInCall, when: When::Now }
    }

    /// A panic inside a poll of the response future.
    pub const fn panic_in_poll() -> Self {
        Self { what: What::PanicInPoll, when: When::Now }
    }

    /// The same after `polls` polls that were pending; each wakes the task at once.
    pub fn after_polls(self, polls: usize) -> Self {
        Self { when: When::AfterPolls(polls), ..self }
    }

    /// The same, `delay` after the call.
    pub fn after(self, delay: Duration) -> Self {
        Self { when: When::After(delay), ..self }
    }

    /// The same, once the handle [releases](super::handle::ProbeHandle::release) it.
    pub fn held(self) -> Self {
        Self { when: When::Released, ..self }
    }
}
