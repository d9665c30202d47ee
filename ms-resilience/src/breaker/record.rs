//! How an outcome changes the circuit.

use ms_core::clock::{Instant, now};
use ms_core::sync::Ordering;

use super::calls::CallWindow;
use super::count::{Counted, Stamp};
use super::counts::{Cause, Counts, Seen};
use super::metric::CallOutcome;
use super::rules::Now;
use super::settings::LooksAt;
use super::state::{State, Stripe};

/// A bit of a tick above those that are looked at.
const SEEN: u32 = 1 << 31;

/// How it is kept that somebody waits for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Waiting {
    /// In which tick that began, its lower bits, and [`SEEN`].
    tick: u32,
    /// Which ticks these were: they get another length with another `slow_call`.
    era: u32,
}

impl Waiting {
    /// It is not kept.
    pub(super) const UNSEEN: Self = Self { tick: 0, era: 0 };

    const fn since(tick: u64, era: u32) -> Self {
        Self { tick: truncated(tick) | SEEN, era }
    }

    /// What grows with the generation of the circuit and with the era.
    fn of(self, generation: u64) -> u64 {
        generation.wrapping_add(self.era.into())
    }
}

/// What most outcomes are.
const SUCCESS: Seen = Seen { failed: false, slow: false };

impl State {
    /// A success of a call that was admitted to a closed circuit of `generation`, and for which
    /// which was not slow: what most calls are, so it takes the shortest way. `now`, if somebody
    /// has looked at the clock.
    #[inline(always)]
    pub(super) fn record_success(
        &self,
        stripe: usize,
        generation: u64,
        now: Option<Now>,
    ) -> CallOutcome {
        if self.word.glance().closed() != Some(generation) {
            return self.record(stripe, generation, SUCCESS, now);
        }
        match self.rules.settings.window() {
            LooksAt::Row => {}
            LooksAt::Calls => self.succeed(generation),
            LooksAt::Time => match now {
                None => self.succeed_in_time(stripe, generation),
                Some(now) => self.succeed_at(stripe, generation, now.nanos),
            },
        }
        self.streak.succeed();
        CallOutcome::Success
    }

    /// An outcome of a call that was admitted to a closed circuit of `generation`; `now`, if
    /// somebody has looked at the clock.
    #[inline(never)]
    pub(super) fn record(
        &self,
        stripe: usize,
        generation: u64,
        seen: Seen,
        now: Option<Now>,
    ) -> CallOutcome {
        if !self.word.is_closed(generation) {
            return CallOutcome::Late;
        }
        match self.rules.settings.window() {
            LooksAt::Row => {}
            LooksAt::Calls => self.record_call(generation, seen),
            LooksAt::Time => {
                let now = now.unwrap_or_else(|| self.now());
                self.record_in_time(stripe, generation, seen, now);
            }
        }
        if !seen.failed {
            self.streak.succeed();
        } else if let Some(limit) = self.rules.settings.consecutive() {
            self.record_row(generation, limit);
        }
        outcome(seen)
    }

    #[inline(never)]
    fn succeed_in_time(&self, stripe: usize, generation: u64) {
        self.succeed_at(stripe, generation, self.nanos(now()));
    }

    #[inline]
    fn succeed_at(&self, stripe: usize, generation: u64, nanos: u64) {
        let tick = nanos / self.rules.settings.bucket();
        let is_first = self.stripe(stripe).window.succeed(generation, tick);
        if is_first || !self.has_reached(generation) {
            self.judge_at(generation, nanos);
        }
    }

    #[inline(never)]
    fn succeed(&self, generation: u64) {
        self.record_call(generation, SUCCESS);
    }

    fn record_in_time(&self, stripe: usize, generation: u64, seen: Seen, now: Now) {
        let tick = now.nanos / self.rules.settings.bucket();
        let is_first = self.stripe(stripe).window.record(generation, tick, seen);
        if is_first || seen.is_bad() || !self.has_reached(generation) {
            self.judge(generation, now.moment);
        }
    }

    /// An outcome of a probe of `generation`.
    #[cold]
    pub(super) fn record_probe(&self, generation: u64, seen: Seen) -> CallOutcome {
        if self.word.read().generation != generation {
            return CallOutcome::Late;
        }
        self.more().probes.record(Stamp::new(generation, 0), seen);
        let counts = self.more().probes.read(Stamp::new(generation, 0));
        let now = now();
        match self.rules.settings.thresholds().decided(counts, self.rules.settings.probes()) {
            Some(Ok(())) => self.close(generation, now, counts),
            Some(Err(cause)) => self.open(generation, now, cause, counts),
            None => {}
        }
        outcome(seen)
    }

    /// Whether a probe of `generation` failed or was slow.
    #[cold]
    pub(super) fn has_bad_probe(&self, generation: u64) -> bool {
        let Some(more) = self.if_more() else { return false };
        let counts = more.probes.read(Stamp::new(generation, 0));
        counts.failures + counts.slow > 0
    }

    /// The probes of `generation` had their time and did not decide.
    #[cold]
    pub(super) fn give_up_probing(&self, generation: u64, now: Instant) {
        let counts = self.more().probes.read(Stamp::new(generation, 0));
        self.open(generation, now, Cause::ProbesTookTooLong, counts);
    }

    /// Somebody begins to wait for a call. Says how that is kept.
    #[inline]
    pub(super) fn wait(&self, stripe: usize, generation: u64, now: Now) -> Waiting {
        let settings = &self.rules.settings;
        let Some(tick) = settings.overdue_tick() else { return Waiting::UNSEEN };
        let waiting = Waiting::since(now.nanos / tick, settings.slow_era());
        match self.stripe(stripe).overdue().begin(waiting.of(generation), waiting.tick.into()) {
            Counted::TooLate => return Waiting::UNSEEN,
            Counted::Further => {}
            // Once in each tick somebody looks whether calls under way are slow already.
            Counted::First { .. } => self.judge(generation, now.moment),
        }
        waiting
    }

    /// A call for which somebody waited is over.
    #[inline]
    pub(super) fn waited(&self, stripe: usize, generation: u64, waiting: Waiting) {
        self.stripe(stripe).overdue().end(waiting.of(generation), waiting.tick.into());
    }

    /// What the window holds at `now`, with the calls under way that are slow already.
    pub(super) fn counts(&self, generation: u64, now: Instant) -> Counts {
        let nanos = self.nanos(now);
        let mut counts = match self.rules.settings.window() {
            LooksAt::Row => Counts::default(),
            LooksAt::Calls => {
                self.last_calls().map_or_else(Counts::default, |c| c.read(generation))
            }
            LooksAt::Time => {
                let tick = nanos / self.rules.settings.bucket();
                self.stripes.iter().map(|stripe| stripe.window.read(generation, tick)).sum()
            }
        };
        if let Some(tick) = self.rules.settings.overdue_tick() {
            let now = Waiting::since(nanos / tick, self.rules.settings.slow_era());
            let overdue = |stripe: &Stripe| stripe.overdue_at(now.of(generation), now.tick.into());
            let overdue: u64 = self.stripes.iter().map(overdue).sum();
            counts.calls += overdue;
            counts.slow += overdue;
        }
        counts
    }

    /// The same at so many nanoseconds of the rules: who comes here seldom keeps no moment.
    #[cold]
    fn judge_at(&self, generation: u64, nanos: u64) {
        self.judge(generation, self.rules.moment(nanos));
    }

    /// Whether the window opens the circuit.
    #[cold]
    pub(super) fn judge(&self, generation: u64, now: Instant) {
        let counts = self.counts(generation, now);
        let thresholds = self.rules.settings.thresholds();
        let has_enough = counts.calls >= thresholds.minimum_calls;
        let reached = if has_enough { truncated(generation) } else { 0 };
        if self.reached.load(Ordering::Relaxed) != reached {
            self.reached.store(reached, Ordering::Relaxed);
        }
        if let Some(cause) = thresholds.exceeded(counts) {
            self.open(generation, now, cause, counts);
        }
    }

    fn record_row(&self, generation: u64, limit: u64) {
        let failures = self.streak.fail(generation);
        if failures >= limit {
            let counts = Counts { calls: failures, failures, slow: 0 };
            self.open(generation, now(), Cause::ConsecutiveFailures, counts);
        }
    }

    #[inline]
    fn record_call(&self, generation: u64, seen: Seen) {
        let Some(calls) = self.last_calls() else { return };
        let Some(held) = calls.record(generation, seen) else { return };
        if seen.is_bad() || held.calls() <= self.rules.settings.minimum_calls() {
            self.judge_calls(generation, held.counts());
        }
    }

    #[cold]
    fn judge_calls(&self, generation: u64, counts: Counts) {
        if let Some(cause) = self.rules.settings.thresholds().exceeded(counts) {
            self.open(generation, now(), cause, counts);
        }
    }

    #[inline]
    fn last_calls(&self) -> Option<&CallWindow> {
        self.if_more()?.calls.get()
    }

    #[inline]
    fn has_reached(&self, generation: u64) -> bool {
        self.reached.load(Ordering::Relaxed) == truncated(generation)
    }

    #[inline]
    fn stripe(&self, stripe: usize) -> &Stripe {
        // There is a power of two of them.
        &self.stripes[stripe & (self.stripes.len() - 1)]
    }
}

#[inline]
#[allow(clippy::cast_possible_truncation, reason = "the lower bits are meant")]
const fn truncated(generation: u64) -> u32 {
    generation as u32
}

#[inline]
const fn outcome(seen: Seen) -> CallOutcome {
    match (seen.failed, seen.slow) {
        (true, _) => CallOutcome::Failure,
        (false, true) => CallOutcome::Slow,
        (false, false) => CallOutcome::Success,
    }
}
