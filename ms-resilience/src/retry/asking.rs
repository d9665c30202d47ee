//! What a decision asks, answered for one call.

use std::time::Duration;

use ms_core::clock::now;
use ms_core::context::Context;
use ms_core::repeat::NotRepeatable;

use super::decide::Means;
use super::state::State;
use crate::budget::{Budget, Token};
use crate::schedule::{Delays, Schedule};

/// Answers what a decision asks.
pub(super) struct Asking<'a, P: Schedule, F> {
    pub(super) state: &'a State,
    pub(super) context: &'a Context,
    /// None for what the settings say.
    pub(super) schedule: Option<&'a P>,
    /// Empty until somebody asks.
    pub(super) pauses: &'a mut Option<Pauses<P::Delays>>,
    /// None where nothing has to be paid.
    pub(super) budget: Option<&'a Budget>,
    pub(super) has_attempts: bool,
    pub(super) is_safe: bool,
    pub(super) check: F,
}

/// The pauses of one call.
pub(super) enum Pauses<D> {
    Configured(Delays),
    Given(D),
}

impl<D> Pauses<D> {
    fn new<P: Schedule<Delays = D>>(schedule: Option<&P>, state: &State) -> Self {
        match schedule {
            Some(schedule) => Self::Given(schedule.delays()),
            None => Self::Configured(state.backoff().delays()),
        }
    }
}

impl<D: Iterator<Item = Duration>> Iterator for Pauses<D> {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        match self {
            Self::Configured(delays) => delays.next(),
            Self::Given(delays) => delays.next(),
        }
    }
}

impl<P, F> Means for Asking<'_, P, F>
where
    P: Schedule,
    F: Fn() -> Result<(), NotRepeatable>,
{
    type Token = Option<Token>;

    fn has_attempts(&mut self) -> bool {
        self.has_attempts
    }

    fn is_safe(&mut self) -> bool {
        self.is_safe
    }

    fn check(&mut self) -> Result<(), NotRepeatable> {
        (self.check)()
    }

    fn pause(&mut self, hint: Option<Duration>) -> Option<Duration> {
        let (schedule, state) = (self.schedule, self.state);
        let pauses = self.pauses.get_or_insert_with(|| Pauses::new(schedule, state));
        pauses.next().map(|delay| state.pause(delay, hint))
    }

    fn fits(&mut self, pause: Duration) -> bool {
        let deadline = self.context.deadline();
        deadline.is_none_or(|deadline| pause < deadline.remaining(now()))
    }

    fn draw(&mut self) -> Option<Option<Token>> {
        match self.budget {
            None => Some(None),
            Some(budget) => budget.draw().map(Some),
        }
    }
}
