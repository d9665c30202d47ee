//! The state that all services of one layer share, as the registry sees it.

use std::fmt;
use std::time::Duration;

use ms_core::clock::{Instant, now};
use ms_core::config::ConfigError;
use ms_core::deadline::Limit;
use ms_core::lease::Leases;
use ms_core::registry::{Anew, Burst, Command, CommandError, Metric, Policy, Readings, Voice};
use ms_core::rejection::{Reason, Rejection};
use ms_core::sync::{AtomicU64, Ordering};
use ms_core::tally::{Outcome, Tally, Ticket};

use super::config::TimeoutConfig;
use super::cutoff::Cutoff;
use super::event;
use super::reason::{DEADLINE, TOTAL};

/// Calls by how they ended.
pub const CALLS: Metric =
    Metric::new("resilience.timeout.calls", "{call}", "Calls by what became of them in time.");

/// What one attempt, or a whole call, is limited by.
#[derive(Debug)]
pub(super) struct Handle {
    leases: Leases<State, Tally<CallOutcome>>,
}

/// What all calls share.
#[derive(Debug)]
pub(super) struct State {
    pub(super) voice: Voice,
    pub(super) reason: &'static Reason,
    burst: Burst,
    /// In nanoseconds.
    limit: AtomicU64,
}

/// How a call ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum CallOutcome {
    Completed,
    TimedOut,
    Deadline,
    Cancelled,
}

impl Outcome for CallOutcome {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Completed, "completed"),
        (Self::TimedOut, "timed_out"),
        (Self::Deadline, "deadline"),
        (Self::Cancelled, "cancelled"),
    ];
    const ABANDONED: Self = Self::Cancelled;

    fn index(self) -> usize {
        self as usize
    }
}

impl Handle {
    pub(super) fn new(voice: Voice, reason: &'static Reason, limit: Duration) -> Self {
        let burst = Burst::new(now());
        let limit = AtomicU64::new(nanos(limit));
        Self { leases: Leases::striped(State { voice, reason, burst, limit }) }
    }

    #[inline]
    pub(super) fn ticket(&self) -> Ticket<State, CallOutcome> {
        Ticket::new(self.leases.take())
    }

    /// The limit of a call that has not begun.
    #[inline]
    pub(super) fn within(&self) -> Limit {
        Limit::within_nanos(self.leases.shared().limit.load(Ordering::Relaxed))
    }

    fn reconfigure(&self, config: &TimeoutConfig) -> Result<(), ConfigError> {
        config.validate()?;
        self.leases.shared().limit.store(nanos(config.limit), Ordering::Relaxed);
        Ok(())
    }
}

impl State {
    fn limit(&self) -> Duration {
        Duration::from_nanos(self.limit.load(Ordering::Relaxed))
    }

    /// When a call is over that waits from `now` on.
    #[inline]
    pub(super) fn cutoff(&self, caller: Limit, now: Instant) -> Cutoff {
        Cutoff::new(self.limit(), self.reason, caller, now)
    }

    /// Takes note of a call whose time is over.
    #[cold]
    pub(super) fn note(&self, reason: &Reason) -> CallOutcome {
        if *reason == DEADLINE {
            return CallOutcome::Deadline;
        }
        if let Some(count) = self.burst.note(now()) {
            event::timed_out(&self.voice, count, self.limit());
        }
        CallOutcome::TimedOut
    }

    pub(super) fn reject(&self, cutoff: &Cutoff) -> Rejection {
        let millis = u32::try_from(cutoff.limit.as_millis()).unwrap_or(u32::MAX);
        Rejection::new(cutoff.reason, self.voice.name()).because([millis, 0, 0, 0])
    }
}

impl Policy for Handle {
    fn voice(&self) -> &Voice {
        &self.leases.shared().voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.leases.shared().limit())
    }

    fn read(&self, out: &mut dyn Readings) {
        let scope = if *self.leases.shared().reason == TOTAL { "total" } else { "attempt" };
        Tally::read(&self.leases, &CALLS, Some(("scope", scope)), out);
    }

    fn command(&self, command: &Command) -> Result<(), CommandError> {
        Ok(self.reconfigure(command.settings()?)?)
    }
}

impl Anew for Handle {
    fn anew(&self, voice: Voice) -> Self {
        let state = self.leases.shared();
        Self::new(voice, state.reason, state.limit())
    }
}

/// What exceeds 584 years is cut to that.
fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
