//! What all calls of a policy share.

use std::time::Duration;

use ms_core::clock::now;
use ms_core::config::ConfigError;
use ms_core::registry::{Burst, Histogram, Readings, Voice};
use ms_core::rng::Rng;
use ms_core::sync::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Mutex, Ordering, lock};

use super::config::RetryConfig;
use super::decide::pause;
use super::event;
use super::metric::{
    BUDGET_LIMIT, BUDGET_REFUSED, BUDGET_SPENT, BUDGET_TOKENS, CallOutcome, DELAY, Retries,
};
use crate::budget::Budget;
use crate::schedule::Backoff;

/// Where there is only one attempt, nothing of a request is kept.
const NOTHING: usize = usize::MAX;

/// What all calls of a policy share. What a call reads before it pauses is an atomic each.
#[derive(Debug)]
pub(super) struct State {
    pub(super) voice: Voice,
    /// How many bytes of a body are kept, or [`NOTHING`].
    keep: AtomicUsize,
    attempts: AtomicU32,
    /// In nanoseconds.
    longest_hint: AtomicU64,
    retry_rejections: AtomicBool,
    config: Mutex<RetryConfig>,
    budget: Mutex<Purse>,
    rng: Rng,
    retries: Retries,
    delays: Histogram,
    retried: Burst,
    gave_up: Burst,
}

/// Whose budget it is.
#[derive(Debug, Clone)]
pub(super) enum Purse {
    /// Of this policy, as its settings say.
    Own(Budget),
    /// Given, and perhaps shared with other policies.
    Given(Budget),
}

impl Purse {
    const fn budget(&self) -> &Budget {
        match self {
            Self::Own(budget) | Self::Given(budget) => budget,
        }
    }
}

impl State {
    /// With a `config` that was validated.
    pub(super) fn new(voice: Voice, config: RetryConfig, purse: Purse) -> Self {
        let now = now();
        Self {
            voice,
            keep: AtomicUsize::new(keep(&config)),
            attempts: AtomicU32::new(config.attempts),
            longest_hint: AtomicU64::new(nanos(config.longest_hint)),
            retry_rejections: AtomicBool::new(config.retry_rejections),
            config: Mutex::new(config),
            budget: Mutex::new(purse),
            rng: Rng::new(),
            retries: Retries::default(),
            delays: Histogram::default(),
            retried: Burst::new(now),
            gave_up: Burst::new(now),
        }
    }

    /// How many bytes of a body are kept; none where there is only one attempt.
    #[inline]
    pub(super) fn keep(&self) -> Option<usize> {
        let keep = self.keep.load(Ordering::Relaxed);
        (keep != NOTHING).then_some(keep)
    }

    /// How often a call is tried in all.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }

    pub(super) fn backoff(&self) -> Backoff {
        lock(&self.config).backoff
    }

    pub(super) fn retries_rejections(&self) -> bool {
        self.retry_rejections.load(Ordering::Relaxed)
    }

    /// How long to wait where the schedule says `delay` and the peer asked for `hint`.
    pub(super) fn pause(&self, delay: Duration, hint: Option<Duration>) -> Duration {
        let longest = Duration::from_nanos(self.longest_hint.load(Ordering::Relaxed));
        pause(delay, hint, longest, self.rng.unit())
    }

    pub(super) fn config(&self) -> RetryConfig {
        lock(&self.config).clone()
    }

    pub(super) fn budget(&self) -> Budget {
        lock(&self.budget).budget().clone()
    }

    pub(super) fn draw_on(&self, budget: Budget) {
        *lock(&self.budget) = Purse::Given(budget);
    }

    /// What a policy with the same settings draws on: the budget that was given, or one of its own.
    pub(super) fn purse_anew(&self) -> Purse {
        match &*lock(&self.budget) {
            Purse::Own(budget) => Purse::Own(budget.anew()),
            given @ Purse::Given(_) => given.clone(),
        }
    }

    /// Takes over other settings; a budget that was given keeps its own.
    pub(super) fn reconfigure(&self, config: &RetryConfig) -> Result<(), ConfigError> {
        config.validate()?;
        let mut current = lock(&self.config);
        if let Purse::Own(budget) = &*lock(&self.budget) {
            budget.reconfigure(config.budget)?;
        }
        self.keep.store(keep(config), Ordering::Relaxed);
        self.attempts.store(config.attempts, Ordering::Relaxed);
        self.longest_hint.store(nanos(config.longest_hint), Ordering::Relaxed);
        self.retry_rejections.store(config.retry_rejections, Ordering::Relaxed);
        current.clone_from(config);
        Ok(())
    }

    /// A call is tried again, as attempt number `attempt`, after `pause`.
    #[cold]
    pub(super) fn note_retry(&self, attempt: u32, pause: Duration) {
        self.retries.count(attempt);
        self.delays.record(pause);
        if let Some(count) = self.retried.note(now()) {
            event::retried(&self.voice, count, attempt, pause);
        }
    }

    /// A call that failed is not tried again, after so many `attempts`.
    #[cold]
    pub(super) fn note_end(&self, outcome: CallOutcome, attempts: u32) {
        let has_chosen_one = outcome == CallOutcome::Attempts && self.keep().is_none();
        if outcome == CallOutcome::NotRetryable || has_chosen_one {
            return;
        }
        if let Some(count) = self.gave_up.note(now()) {
            event::gave_up(&self.voice, count, attempts, outcome.as_str());
        }
    }

    pub(super) fn read(&self, out: &mut dyn Readings) {
        self.retries.read(out);
        out.histogram(&DELAY, &[], &self.delays.read());
        let budget = self.budget().snapshot();
        if budget.limit.is_finite() {
            out.gauge(&BUDGET_TOKENS, &[], budget.tokens);
            out.gauge(&BUDGET_LIMIT, &[], budget.limit);
        }
        out.counter(&BUDGET_SPENT, &[], budget.spent);
        out.counter(&BUDGET_REFUSED, &[], budget.refused);
    }
}

fn keep(config: &RetryConfig) -> usize {
    if config.attempts > 1 { config.keep.min(NOTHING - 1) } else { NOTHING }
}

/// What exceeds 584 years is cut to that.
fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
