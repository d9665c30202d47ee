//! How an outcome changes the circuit.

use ms_core::clock::{Instant, now};
use ms_core::sync::Ordering;

use super::count::{Counted, Stamp};
use super::counts::{Cause, Counts, Seen};
use super::metric::CallOutcome;
use super::settings::LooksAt;
use super::state::{State, Stripe};

/// What most outcomes are.
const SUCCESS: Seen = Seen { failed: false, slow: false };

impl State {
    /// A success of a call that was admitted to a closed circuit of `generation`, and for which
    /// nobody waited: what most calls are, so it takes the shortest way.
    #[inline(always)]
    pub(super) fn record_success(&self, stripe: usize, generation: u64) -> CallOutcome {
        if self.word.closed() != Some(generation) {
            return self.record(stripe, generation, SUCCESS);
        }
        match self.settings.window() {
            LooksAt::Row => {}
            LooksAt::Calls => self.succeed(generation),
            LooksAt::Time => self.succeed_in_time(stripe, generation),
        }
        self.streak.succeed();
        CallOutcome::Success
    }

    /// An outcome of a call that was admitted to a closed circuit of `generation`.
    #[inline(never)]
    pub(super) fn record(&self, stripe: usize, generation: u64, seen: Seen) -> CallOutcome {
        if !self.word.is_closed(generation) {
            return CallOutcome::Late;
        }
        match self.settings.window() {
            LooksAt::Row => {}
            LooksAt::Calls => self.record_call(generation, seen),
            LooksAt::Time => self.record_in_time(stripe, generation, seen),
        }
        if !seen.failed {
            self.streak.succeed();
        } else if let Some(limit) = self.settings.consecutive() {
            self.record_row(generation, limit);
        }
        outcome(seen)
    }

    #[inline(never)]
    fn succeed_in_time(&self, stripe: usize, generation: u64) {
        let now = now();
        let tick = self.nanos(now) / self.settings.bucket();
        let is_first = self.stripe(stripe).window.succeed(generation, tick);
        if is_first || !self.has_reached(generation) {
            self.judge(generation, now);
        }
    }

    #[inline(never)]
    fn succeed(&self, generation: u64) {
        self.record_call(generation, SUCCESS);
    }

    fn record_in_time(&self, stripe: usize, generation: u64, seen: Seen) {
        let now = now();
        let tick = self.nanos(now) / self.settings.bucket();
        let is_first = self.stripe(stripe).window.record(generation, tick, seen);
        if is_first || seen.is_bad() || !self.has_reached(generation) {
            self.judge(generation, now);
        }
    }

    /// An outcome of a probe of `generation`.
    #[cold]
    pub(super) fn record_probe(&self, generation: u64, seen: Seen) -> CallOutcome {
        if self.word.read().generation != generation {
            return CallOutcome::Late;
        }
        self.probes.record(Stamp::new(generation, 0), seen);
        let counts = self.probes.read(Stamp::new(generation, 0));
        let now = now();
        match self.settings.thresholds().decided(counts, self.settings.probes()) {
            Some(Ok(())) => self.close(generation, now, counts),
            Some(Err(cause)) => self.open(generation, now, cause, counts),
            None => {}
        }
        outcome(seen)
    }

    /// Whether a probe of `generation` failed or was slow.
    #[cold]
    pub(super) fn has_bad_probe(&self, generation: u64) -> bool {
        let counts = self.probes.read(Stamp::new(generation, 0));
        counts.failures + counts.slow > 0
    }

    /// The probes of `generation` had their time and did not decide.
    #[cold]
    pub(super) fn give_up_probing(&self, generation: u64, now: Instant) {
        let counts = self.probes.read(Stamp::new(generation, 0));
        self.open(generation, now, Cause::ProbesTookTooLong, counts);
    }

    /// Somebody begins to wait for a call. Says in which tick, if that is kept.
    #[cold]
    pub(super) fn wait(&self, stripe: usize, generation: u64, now: Instant) -> Option<u64> {
        let tick = self.nanos(now) / self.settings.overdue_tick()?;
        match self.stripe(stripe).overdue.begin(generation, tick) {
            Counted::TooLate => return None,
            Counted::Further => {}
            // Once in each tick somebody looks whether calls under way are slow already.
            Counted::First { .. } => self.judge(generation, now),
        }
        Some(tick)
    }

    /// A call for which somebody waited is over.
    #[cold]
    pub(super) fn waited(&self, stripe: usize, generation: u64, tick: u64) {
        self.stripe(stripe).overdue.end(generation, tick);
    }

    /// What the window holds at `now`, with the calls under way that are slow already.
    pub(super) fn counts(&self, generation: u64, now: Instant) -> Counts {
        let nanos = self.nanos(now);
        let mut counts = match self.settings.window() {
            LooksAt::Row => Counts::default(),
            LooksAt::Calls => self.calls.get().map_or(Counts::default(), |c| c.read(generation)),
            LooksAt::Time => {
                let tick = nanos / self.settings.bucket();
                self.stripes.iter().map(|stripe| stripe.window.read(generation, tick)).sum()
            }
        };
        if let Some(tick) = self.settings.overdue_tick() {
            let overdue: u64 = self
                .stripes
                .iter()
                .map(|stripe| stripe.overdue.read(generation, nanos / tick))
                .sum();
            counts.calls += overdue;
            counts.slow += overdue;
        }
        counts
    }

    /// Whether the window opens the circuit.
    #[cold]
    pub(super) fn judge(&self, generation: u64, now: Instant) {
        let counts = self.counts(generation, now);
        let thresholds = self.settings.thresholds();
        let reached = if counts.calls >= thresholds.minimum_calls { generation } else { 0 };
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
        let Some(calls) = self.calls.get() else { return };
        let Some(held) = calls.record(generation, seen) else { return };
        if seen.is_bad() || held.calls() <= self.settings.minimum_calls() {
            self.judge_calls(generation, held.counts());
        }
    }

    #[cold]
    fn judge_calls(&self, generation: u64, counts: Counts) {
        if let Some(cause) = self.settings.thresholds().exceeded(counts) {
            self.open(generation, now(), cause, counts);
        }
    }

    #[inline]
    fn has_reached(&self, generation: u64) -> bool {
        self.reached.load(Ordering::Relaxed) == generation
    }

    #[inline]
    fn stripe(&self, stripe: usize) -> &Stripe {
        // There is a power of two of them.
        &self.stripes[stripe & (self.stripes.len() - 1)]
    }
}

#[inline]
const fn outcome(seen: Seen) -> CallOutcome {
    match (seen.failed, seen.slow) {
        (true, _) => CallOutcome::Failure,
        (false, true) => CallOutcome::Slow,
        (false, false) => CallOutcome::Success,
    }
}
