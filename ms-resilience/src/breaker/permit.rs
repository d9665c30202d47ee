//! What a call holds that was let through: its outcome is recorded once, where this ends.

use std::num::NonZeroU64;
use std::time::Duration;

use ms_core::verdict::{Failure, Verdict};

use super::admit::{Kind, Pass};
use super::counts::Seen;
use super::hold::{Hold, Seat};
use super::metric::CallOutcome;
use super::record::Waiting;
use super::rules::Now;
use super::state::State;

/// A call that was let through. Whoever drops it before it ended is judged by its age.
#[derive(Debug)]
pub(super) struct Permit<H: Hold> {
    /// Empty once the call has ended.
    held: Option<H>,
    generation: u64,
    /// Since when somebody waits for it, in nanoseconds of the rules and one more.
    since: Option<NonZeroU64>,
    /// How that is kept.
    waiting: Waiting,
    kind: Kind,
    /// A panic came out of the service, unless this is taken back.
    pub(super) is_inside: bool,
}

impl<H: Hold> Permit<H> {
    #[inline]
    pub(super) const fn new(held: H, pass: Pass) -> Self {
        Self::of(Some(held), pass)
    }

    /// Of a call that was never let through.
    #[inline]
    pub(super) const fn none() -> Self {
        Self::of(None, Pass { generation: 0, kind: Kind::Call })
    }

    #[inline]
    const fn of(held: Option<H>, Pass { generation, kind }: Pass) -> Self {
        let waiting = Waiting::UNSEEN;
        Self { held, generation, since: None, waiting, kind, is_inside: false }
    }

    /// Hands the call over to whoever goes on with it. What stays behind has ended.
    #[inline]
    pub(super) const fn hand_over(&mut self) -> Self {
        let Self { generation, since, waiting, kind, is_inside, .. } = *self;
        Self { held: self.held.take(), generation, since, waiting, kind, is_inside }
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
        let at_once = self.since.is_none() && self.kind == Kind::Call;
        if !at_once || verdict != Some(Verdict::Success) {
            return self.end_late(verdict);
        }
        if let Some(held) = self.held.take() {
            let Seat { state, tally, stripe } = held.seat();
            tally.count(state.record_success(stripe, self.generation, None));
        }
    }

    /// The call is passed on after all.
    pub(super) fn pass(mut self) -> Passing<H> {
        let pass = Pass { generation: self.generation, kind: self.kind };
        Passing { held: self.held.take(), pass }
    }

    /// The call never reached the service after all.
    pub(super) fn cancel(&mut self) {
        self.end(Some(Verdict::Neutral));
    }

    #[inline(never)]
    fn begin_to_wait(&mut self) {
        let Some(held) = &self.held else { return };
        let Seat { state, stripe, .. } = held.seat();
        let now = state.now();
        if self.kind == Kind::Call {
            self.waiting = state.wait(stripe, self.generation, now);
        }
        self.since = Some(NonZeroU64::MIN.saturating_add(now.nanos));
    }

    #[inline(never)]
    fn end_late(&mut self, verdict: Option<Verdict>) {
        match self.since {
            Some(since) if self.kind == Kind::Call && verdict == Some(Verdict::Success) => {
                let Some(held) = self.held.take() else { return };
                succeed_late(held, self.generation, since, self.waiting);
            }
            _ => self.end_otherwise(verdict),
        }
    }

    #[inline(never)]
    fn end_otherwise(&mut self, verdict: Option<Verdict>) {
        let Some(held) = self.held.take() else { return };
        let Seat { state, tally, stripe } = held.seat();
        let (generation, kind) = (self.generation, self.kind);
        let waited = self.since.map(|since| (state.now(), since));
        let (now, age) = (waited.map(|(now, _)| now), waited.map(age));
        if self.waiting != Waiting::UNSEEN {
            state.waited(stripe, generation, self.waiting);
        }
        let seen = seen(state, verdict, age);
        if let Some(asked) = verdict.as_ref().and_then(Verdict::failure).and_then(|f| f.retry_after)
        {
            state.note_asked(asked, now.unwrap_or_else(|| state.now()).moment);
        }
        let outcome = match (seen, kind) {
            (None, _) | (_, Kind::Unseen) => CallOutcome::Neutral,
            (Some(seen), Kind::Call) => state.record(stripe, generation, seen, now),
            (Some(seen), Kind::Probe) => state.record_probe(generation, seen),
        };
        if kind == Kind::Probe {
            // Only now: nobody takes the place of a probe that has decided.
            state.word.return_probe(generation);
        }
        tally.count(outcome);
    }

    /// Nobody said how the call ended. Its permit is taken apart since the parts fit into
    /// registers: calls that have ended pass by here too, and need no room for it.
    #[cold]
    #[inline(never)]
    fn abandon(held: H, pass: Pass, since: Option<NonZeroU64>, waiting: Waiting, is_inside: bool) {
        let mut permit = Self::new(held, pass);
        (permit.since, permit.waiting) = (since, waiting);
        permit.end(is_inside.then_some(Verdict::Failure(Failure::FINAL)));
    }
}

/// A call succeeded for which somebody has waited: what most calls are that take their time.
#[inline(never)]
#[allow(clippy::needless_pass_by_value, reason = "it ends here")]
fn succeed_late<H: Hold>(held: H, generation: u64, since: NonZeroU64, waiting: Waiting) {
    let Seat { state, tally, stripe } = held.seat();
    let now = state.now();
    if waiting != Waiting::UNSEEN {
        state.waited(stripe, generation, waiting);
    }
    tally.count(if is_slow(state, Some(age((now, since)))) {
        state.record(stripe, generation, Seen { failed: false, slow: true }, Some(now))
    } else {
        state.record_success(stripe, generation, Some(now))
    });
}

/// How long somebody has waited at `now`, in nanoseconds.
const fn age((now, since): (Now, NonZeroU64)) -> u64 {
    now.nanos.saturating_sub(since.get() - 1)
}

fn is_slow(state: &State, age: Option<u64>) -> bool {
    state.rules.settings.slow_nanos().is_some_and(|limit| age.is_some_and(|age| age >= limit))
}

/// What counts of a call: nothing if it was neutral, or given up while it was young. Its `age` is
/// in nanoseconds.
fn seen(state: &State, verdict: Option<Verdict>, age: Option<u64>) -> Option<Seen> {
    let settings = &state.rules.settings;
    let slow = is_slow(state, age);
    let is_old =
        || age.is_some_and(|age| Duration::from_nanos(age) >= settings.slow_when_dropped());
    match verdict {
        Some(Verdict::Neutral) => None,
        Some(Verdict::Success) => Some(Seen { failed: false, slow }),
        Some(Verdict::Failure(_)) => Some(Seen { failed: true, slow }),
        None => is_old().then_some(Seen { failed: true, slow: true }),
    }
}

/// Out of line, with nothing left to be dropped here: most calls have ended before.
impl<H: Hold> Drop for Permit<H> {
    #[inline]
    fn drop(&mut self) {
        if let Some(held) = self.held.take() {
            let pass = Pass { generation: self.generation, kind: self.kind };
            Self::abandon(held, pass, self.since, self.waiting, self.is_inside);
        }
    }
}

/// A call on its way to the service: a panic that comes out of there fails it.
///
/// It is apart from the permit so that the permit is made where it stays.
pub(super) struct Passing<H: Hold> {
    /// Empty once the service was called.
    held: Option<H>,
    pass: Pass,
}

impl<H: Hold> Passing<H> {
    #[inline]
    pub(super) const fn new(held: H, pass: Pass) -> Self {
        Self { held: Some(held), pass }
    }

    /// The service was called.
    #[inline]
    pub(super) fn passed(mut self) -> Permit<H> {
        Permit::of(self.held.take(), self.pass)
    }
}

impl<H: Hold> Drop for Passing<H> {
    #[inline]
    fn drop(&mut self) {
        if let Some(held) = self.held.take() {
            Permit::abandon(held, self.pass, None, Waiting::UNSEEN, true);
        }
    }
}
