//! What a call holds: how it ends is counted once, where this ends.

use std::fmt;
use std::time::Duration;

use ms_core::clock::{Instant, now};
use ms_core::context::Context;
use ms_core::deadline::Limit;

use super::ended::Health;
use super::metric::{CallOutcome, Ending};
use super::roster::Pick;
use super::shared::{Share, Shared};
use super::state::State;

/// A call that is given up is a failure of the endpoint once it is as old as this, and says nothing
/// before.
const OLD: Duration = Duration::from_secs(1);

/// A call under way. Dropped before it ended, it was cancelled.
pub(super) struct Call<S, K, C, Kept> {
    share: Share<S, K, C>,
    /// How much time it had when it came.
    limit: Limit,
    /// Which endpoint is asked.
    pub(super) pick: Pick,
    /// Since when somebody waits for that endpoint to answer.
    since: Option<Instant>,
    pub(super) is_safe: bool,
    at: At,
    /// What is kept of the request.
    pub(super) kept: Option<Kept>,
}

/// Where a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// No endpoint is asked.
    Nowhere,
    /// The code of an endpoint runs: if this stays, it has panicked.
    Inside,
    /// An endpoint has the request.
    Endpoint,
    Over,
}

impl<S, K, C, Kept> Call<S, K, C, Kept> {
    #[inline]
    pub(super) fn new(
        share: Share<S, K, C>,
        pick: Pick,
        is_safe: bool,
        kept: Option<Kept>,
    ) -> Self {
        let (limit, since, at) = (Context::current_limit(), None, At::Nowhere);
        Self { share, limit, pick, since, is_safe, at, kept }
    }

    #[inline]
    pub(super) fn shared(&self) -> &Shared<S, K, C> {
        self.share.shared()
    }

    #[inline]
    pub(super) fn state(&self) -> &State {
        self.share.counters().shared()
    }

    /// Makes the endpoint ready, as far as it goes.
    pub(super) fn prepare<T>(&mut self, act: impl FnOnce() -> T) -> T {
        self.at = At::Inside;
        let done = act();
        self.at = At::Nowhere;
        done
    }

    /// Asks the endpoint, or asks on.
    #[inline]
    pub(super) fn ask<T>(&mut self, act: impl FnOnce() -> T) -> T {
        self.at = At::Inside;
        let done = act();
        self.at = At::Endpoint;
        done
    }

    /// Somebody waits for the answer.
    #[inline]
    pub(super) fn wait(&mut self) {
        if self.since.is_none() {
            self.begin_to_wait();
        }
    }

    /// It goes to another endpoint.
    pub(super) fn go_to(&mut self, pick: Pick) {
        (self.pick, self.since) = (pick, None);
    }

    /// The endpoint that was asked first answered, and at its best.
    #[inline]
    pub(super) fn answered(&mut self) {
        self.at = At::Over;
        self.state().succeed(self.pick);
        self.share.counters().counters().count(self.pick.index());
    }

    /// It ended like this that the endpoint was asked; `how` says what went wrong.
    pub(super) fn asked(&mut self, ending: Ending, health: Health, how: &dyn fmt::Debug) {
        self.at = At::Nowhere;
        let health = match health {
            Health::ByAge if self.is_old() => Health::Bad,
            health => health,
        };
        self.state().note_asked(self.pick, ending, health, how);
    }

    /// It ended like this.
    pub(super) fn end(&mut self, outcome: CallOutcome) {
        self.at = At::Over;
        self.kept = None;
        self.state().count_call(outcome);
    }

    /// In which it goes on.
    ///
    /// It is that of the task which polls it; where the call was moved to one that has none, at
    /// least the time that it had is kept.
    pub(super) fn context(&self) -> Context {
        let here = Context::here();
        let is_moved = here.limit().is_none() && !self.limit.is_none();
        let context = if is_moved { here.with_limit(self.limit) } else { here };
        if context.limit().is_none() { context } else { context.started(now()) }
    }

    /// The part of its time that nobody further out sees to.
    pub(super) fn unguarded(&self) -> Limit {
        if Context::current_limit().is_none() { self.limit } else { Context::current_unguarded() }
    }

    fn is_old(&self) -> bool {
        self.since.is_some_and(|since| now().saturating_duration_since(since) >= OLD)
    }

    #[inline(never)]
    fn begin_to_wait(&mut self) {
        let now = now();
        self.since = Some(now);
        if self.limit.is_open() {
            self.limit = self.limit.start(now).into();
        }
    }

    #[cold]
    fn cancel(&mut self) {
        match self.at {
            At::Nowhere | At::Over => {}
            At::Inside => self.asked(Ending::Failed, Health::Bad, &format_args!("panicked")),
            At::Endpoint => {
                let how = format_args!("was given up without an answer");
                self.asked(Ending::Cancelled, Health::ByAge, &how);
            }
        }
        self.end(CallOutcome::Cancelled);
    }
}

impl<S, K, C, Kept> Drop for Call<S, K, C, Kept> {
    #[inline]
    fn drop(&mut self) {
        if self.at != At::Over {
            self.cancel();
        }
    }
}

impl<S, K, C, Kept> fmt::Debug for Call<S, K, C, Kept> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("pick", &self.pick)
            .field("is_safe", &self.is_safe)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}
