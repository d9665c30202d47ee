//! What a call holds that was let through: its outcome is recorded once, where this ends.

use std::time::Duration;

use ms_core::clock::{Instant, now};
use ms_core::verdict::Verdict;

use super::admit::{Kind, Pass};
use super::counts::Seen;
use super::hold::{Hold, Seat};
use super::metric::CallOutcome;
use super::record::Waiting;
use super::state::State;

/// A call that was let through. Whoever drops it before it ended is judged by its age.
#[derive(Debug)]
pub(super) struct Permit<H: Hold> {
    /// Empty once the call has ended.
    held: Option<H>,
    pass: Pass,
    /// Since when somebody waits for it.
    since: Option<Instant>,
    /// How that is kept.
    waiting: Waiting,
    /// A panic came out of the service, unless this is taken back.
    pub(super) is_inside: bool,
}

impl<H: Hold> Permit<H> {
    #[inline]
    pub(super) const fn new(held: H, pass: Pass) -> Self {
        Self { held: Some(held), pass, since: None, waiting: Waiting::UNSEEN, is_inside: false }
    }

    /// Hands the call over to whoever goes on with it. What stays behind has ended.
    pub(super) const fn hand_over(&mut self) -> Self {
        let Self { pass, since, waiting, .. } = *self;
        Self { held: self.held.take(), pass, since, waiting, is_inside: false }
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
        if let Some(held) = self.held.take() {
            let generation = self.pass.generation;
            let Seat { state, tally, stripe } = held.seat();
            tally.count(state.record_success(stripe, generation));
        }
    }

    /// The call never reached the service after all.
    pub(super) fn cancel(&mut self) {
        self.end(Some(Verdict::Neutral));
    }

    #[inline(never)]
    fn begin_to_wait(&mut self) {
        let Some(held) = &self.held else { return };
        let now = now();
        if self.pass.kind == Kind::Call {
            let Seat { state, stripe, .. } = held.seat();
            self.waiting = state.wait(stripe, self.pass.generation, now);
        }
        self.since = Some(now);
    }

    #[inline(never)]
    fn end_otherwise(&mut self, verdict: Option<Verdict>) {
        let Some(held) = self.held.take() else { return };
        let (Seat { state, tally, stripe }, Pass { generation, kind }) = (held.seat(), self.pass);
        let age = self.since.map(|since| now().saturating_duration_since(since));
        if self.waiting != Waiting::UNSEEN {
            state.waited(stripe, generation, self.waiting);
        }
        let seen = seen(state, verdict, age);
        if let Some(asked) = verdict.as_ref().and_then(Verdict::failure).and_then(|f| f.retry_after)
        {
            state.note_asked(asked, now());
        }
        let outcome = match (seen, kind) {
            (None, _) | (_, Kind::Unseen) => CallOutcome::Neutral,
            (Some(seen), Kind::Call) => state.record(stripe, generation, seen),
            (Some(seen), Kind::Probe) => state.record_probe(generation, seen),
        };
        if kind == Kind::Probe {
            // Only now: nobody takes the place of a probe that has decided.
            state.word.return_probe(generation);
        }
        tally.count(outcome);
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

impl<H: Hold> Drop for Permit<H> {
    #[inline]
    fn drop(&mut self) {
        if self.held.is_some() {
            let panicked =
                self.is_inside.then_some(Verdict::Failure(ms_core::verdict::Failure::FINAL));
            self.end(panicked);
        }
    }
}
