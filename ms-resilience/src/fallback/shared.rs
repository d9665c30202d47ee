//! What all calls of one fallback share.

use std::fmt;
use std::time::Duration;

use ms_core::clock::now;
use ms_core::config::ConfigError;
use ms_core::lease::Lease;
use ms_core::registry::{Burst, Voice};
use ms_core::sync::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use ms_core::tally::Tally;

use super::config::FallbackConfig;
use super::event;
use super::metric::CallOutcome;

/// The settings, what is under way, and what answers.
#[derive(Debug)]
pub(super) struct Shared<A> {
    pub(super) core: Core,
    pub(super) answer: A,
}

/// All but what answers.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) voice: Voice,
    /// What kind of fallback it is.
    pub(super) by: &'static str,
    max_concurrent: AtomicU32,
    /// In nanoseconds.
    timeout: AtomicU64,
    keep: AtomicUsize,
    in_flight: AtomicU32,
    degraded: Burst,
    unanswered: Burst,
}

impl Core {
    pub(super) fn new(voice: Voice, by: &'static str, config: &FallbackConfig) -> Self {
        let now = now();
        Self {
            voice,
            by,
            max_concurrent: AtomicU32::new(config.max_concurrent),
            timeout: AtomicU64::new(nanos(config.timeout)),
            keep: AtomicUsize::new(config.keep),
            in_flight: AtomicU32::new(0),
            degraded: Burst::new(now),
            unanswered: Burst::new(now),
        }
    }

    #[inline]
    pub(super) fn keep(&self) -> usize {
        self.keep.load(Ordering::Relaxed)
    }

    pub(super) fn timeout(&self) -> Duration {
        Duration::from_nanos(self.timeout.load(Ordering::Relaxed))
    }

    pub(super) fn in_flight(&self) -> u32 {
        self.in_flight.load(Ordering::Relaxed)
    }

    pub(super) fn config(&self) -> FallbackConfig {
        FallbackConfig {
            max_concurrent: self.max_concurrent.load(Ordering::Relaxed),
            timeout: self.timeout(),
            keep: self.keep(),
        }
    }

    pub(super) fn reconfigure(&self, config: &FallbackConfig) -> Result<(), ConfigError> {
        config.validate()?;
        self.max_concurrent.store(config.max_concurrent, Ordering::Relaxed);
        self.timeout.store(nanos(config.timeout), Ordering::Relaxed);
        self.keep.store(config.keep, Ordering::Relaxed);
        Ok(())
    }

    /// The fallback answered a call that failed for `reason`.
    pub(super) fn note_degraded(&self, reason: &'static str) {
        if let Some(count) = self.degraded.note(now()) {
            event::degraded(&self.voice, count, self.by, reason);
        }
    }

    /// A call failed for `reason`, and the fallback had no answer.
    pub(super) fn note_unanswered(&self, outcome: CallOutcome, reason: &'static str) {
        if let Some(count) = self.unanswered.note(now()) {
            event::no_answer(&self.voice, count, outcome.as_str(), reason);
        }
    }
}

/// The place of a fallback under way.
pub(super) struct Place<A>(Lease<Shared<A>, Tally<CallOutcome>>);

impl<A> Place<A> {
    /// A place, if there is one.
    pub(super) fn take(lease: &Lease<Shared<A>, Tally<CallOutcome>>) -> Option<Self> {
        let core = &lease.shared().core;
        let most = core.max_concurrent.load(Ordering::Relaxed);
        let one_more = |taken| (taken < most).then(|| taken + 1);
        let taken =
            core.in_flight.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).is_ok();
        taken.then(|| Self(lease.clone()))
    }
}

impl<A> Drop for Place<A> {
    fn drop(&mut self) {
        self.0.shared().core.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<A> fmt::Debug for Place<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place").finish_non_exhaustive()
    }
}

/// What exceeds 584 years is cut to that.
fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
