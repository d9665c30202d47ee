//! What a call holds that was let through: its outcome is recorded once, where this ends.

use std::time::Duration;

use ms_core::clock::{Instant, now};
use ms_core::lease::Lease;
use ms_core::tally::Tally;
use ms_core::verdict::Verdict;

use super::admit::{Kind, Pass};
use super::counts::Seen;
use super::metric::CallOutcome;
use super::record::Waiting;
use super::state::State;

/// A call that was let through. Whoever drops it before it ended is judged by its age.
#[derive(Debug)]
pub(super) struct Permit {
    /// Empty once the call has ended.
    lease: Option<Lease<State, Tally<CallOutcome>>>,
    pass: Pass,
    /// Since when somebody waits for it.
    since: Option<Instant>,
    /// How that is kept.
    waiting: Waiting,
    /// A panic came out of the service, unless this is taken back.
    pub(super) is_inside: bool,
}

impl Permit {
    #[inline]
    pub(super) const fn new(lease: Lease<State, Tally<CallOutcome>>, pass: Pass) -> Self {
        Self { lease: Some(lease), pass, since: None, waiting: Waiting::UNSEEN, is_inside: false }
    }

    /// Hands the call over to whoever goes on with it. What stays behind has ended.
    pub(super) const fn hand_over(&mut self) -> Self {
        let Self { pass, since, waiting, .. } = *self;
        Self { lease: self.lease.take(), pass, since, waiting, is_inside: false }
    }

    /// Somebody waits for the call.
    #[inline]
    pub(super) fn wait(&mut self) {
        if self.since.is_none() {
            self.begin_to_wait();
        }
    }

    /// The call ended with `verdict`; without one its age tells.
    #[inline(always)]
    pub(super) fn end(&mut self, verdict: Option<Verdict>) {
        let at_once = self.since.is_none() && self.pass.kind == Kind::Call;
        if !at_once || verdict != Some(Verdict::Success) {
            return self.end_otherwise(verdict);
        }
        if let Some(lease) = self.lease.take() {
            let generation = self.pass.generation;
            let outcome = lease.shared().record_success(lease.stripe(), generation);
            lease.counters().count(outcome);
        }
    }

    /// The call never reached the service after all.
    pub(super) fn cancel(&mut self) {
        self.end(Some(Verdict::Neutral));
    }

    #[inline(never)]
    fn begin_to_wait(&mut self) {
        let Some(lease) = &self.lease else { return };
        let now = now();
        if self.pass.kind == Kind::Call {
            self.waiting = lease.shared().wait(lease.stripe(), self.pass.generation, now);
        }
        self.since = Some(now);
    }

    #[inline(never)]
    fn end_otherwise(&mut self, verdict: Option<Verdict>) {
        let Some(lease) = self.lease.take() else { return };
        let (state, Pass { generation, kind }) = (lease.shared(), self.pass);
        let age = self.since.map(|since| now().saturating_duration_since(since));
        if self.waiting != Waiting::UNSEEN {
            state.waited(lease.stripe(), generation, self.waiting);
        }
        let seen = seen(state, verdict, age);
        if let Some(asked) = verdict.as_ref().and_then(Verdict::failure).and_then(|f| f.retry_after)
        {
            state.note_asked(asked, now());
        }
        let outcome = match (seen, kind) {
            (None, _) | (_, Kind::Unseen) => CallOutcome::Neutral,
            (Some(seen), Kind::Call) => state.record(lease.stripe(), generation, seen),
            (Some(seen), Kind::Probe) => state.record_probe(generation, seen),
        };
        if kind == Kind::Probe {
            // Only now: nobody takes the place of a probe that has decided.
            state.word.return_probe(generation);
        }
        lease.counters().count(outcome);
    }
}

/// What counts of a call: nothing if it was neutral, or given up while it was young.
fn seen(state: &State, verdict: Option<Verdict>, age: Option<Duration>) -> Option<Seen> {
    let is_older_than = |limit| age.is_some_and(|age| age >= limit);
    let slow = state.rules.settings.slow_call().is_some_and(is_older_than);
    match verdict {
        Some(Verdict::Neutral) => None,
        Some(Verdict::Success) => Some(Seen { failed: false, slow }),
        Some(Verdict::Failure(_)) => Some(Seen { failed: true, slow }),
        None => is_older_than(state.rules.settings.slow_when_dropped())
            .then_some(Seen { failed: true, slow: true }),
    }
}

impl Drop for Permit {
    #[inline]
    fn drop(&mut self) {
        if self.lease.is_some() {
            let panicked =
                self.is_inside.then_some(Verdict::Failure(ms_core::verdict::Failure::FINAL));
            self.end(panicked);
        }
    }
}
