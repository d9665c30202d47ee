//! The state that all services of one layer share, as the registry sees it.

use std::fmt;
use std::time::Duration;

use ms_core::clock::now;
use ms_core::config::ConfigError;
use ms_core::lease::{Lease, Leases};
use ms_core::registry::{Anew, Burst, Command, CommandError, Metric, Policy, Readings, Voice};
use ms_core::rejection::Rejection;
use ms_core::sync::{AtomicU64, Ordering};
use ms_core::tally::{Outcome, Tally};

use super::config::IdleTimeoutConfig;
use super::event;
use super::reason::STALLED;
use crate::body::Idle;

/// Bodies by how they ended.
pub const BODIES: Metric =
    Metric::new("resilience.idle_timeout.bodies", "{body}", "Bodies by how they ended.");

/// What all services of a layer share.
#[derive(Debug)]
pub(super) struct Handle {
    leases: Leases<State, Tally<BodyOutcome>>,
}

/// What all bodies share.
#[derive(Debug)]
pub(super) struct State {
    voice: Voice,
    burst: Burst,
    /// In nanoseconds.
    limit: AtomicU64,
    bytes: AtomicU64,
}

/// How a body ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum BodyOutcome {
    Completed,
    Failed,
    Stalled,
    Cancelled,
}

impl Outcome for BodyOutcome {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Completed, "completed"),
        (Self::Failed, "failed"),
        (Self::Stalled, "stalled"),
        (Self::Cancelled, "cancelled"),
    ];
    const ABANDONED: Self = Self::Cancelled;

    fn index(self) -> usize {
        self as usize
    }
}

impl Handle {
    pub(super) fn new(voice: Voice, config: &IdleTimeoutConfig) -> Self {
        let (limit, bytes) = (AtomicU64::new(0), AtomicU64::new(0));
        let state = State { voice, burst: Burst::new(now()), limit, bytes };
        state.set(config);
        Self { leases: Leases::striped(state) }
    }

    pub(super) fn lease(&self) -> Lease<State, Tally<BodyOutcome>> {
        self.leases.take()
    }

    fn reconfigure(&self, config: &IdleTimeoutConfig) -> Result<(), ConfigError> {
        config.validate()?;
        self.leases.shared().set(config);
        Ok(())
    }
}

impl State {
    fn set(&self, config: &IdleTimeoutConfig) {
        let nanos = u64::try_from(config.limit.as_nanos()).unwrap_or(u64::MAX);
        self.limit.store(nanos, Ordering::Relaxed);
        self.bytes.store(config.bytes, Ordering::Relaxed);
    }

    fn config(&self) -> IdleTimeoutConfig {
        IdleTimeoutConfig::default().limit(self.limit()).bytes(self.bytes.load(Ordering::Relaxed))
    }

    fn limit(&self) -> Duration {
        Duration::from_nanos(self.limit.load(Ordering::Relaxed))
    }

    /// The limit of a body that begins, and the same as it is watched.
    pub(super) fn idle(&self) -> (Duration, Idle) {
        let limit = self.limit();
        (limit, Idle::new(limit, self.bytes.load(Ordering::Relaxed)))
    }

    /// A body stands still whose limit is `limit`: takes note, and says why it is given up.
    pub(super) fn reject(&self, limit: Duration) -> Rejection {
        if let Some(count) = self.burst.note(now()) {
            event::stalled(&self.voice, count, limit);
        }
        let millis = u32::try_from(limit.as_millis()).unwrap_or(u32::MAX);
        Rejection::new(&STALLED, self.voice.name()).because([millis, 0, 0, 0])
    }

    /// Whether `rejection` is one of ours.
    pub(super) fn made(&self, rejection: &Rejection) -> bool {
        rejection.is(&STALLED) && rejection.name() == self.voice.name()
    }
}

impl Policy for Handle {
    fn voice(&self) -> &Voice {
        &self.leases.shared().voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = self.leases.shared().config();
        write!(f, "{:?} for each {} bytes", config.limit, config.bytes)
    }

    fn read(&self, out: &mut dyn Readings) {
        Tally::read(&self.leases, &BODIES, None, out);
    }

    fn command(&self, command: &Command) -> Result<(), CommandError> {
        Ok(self.reconfigure(command.settings()?)?)
    }
}

impl Anew for Handle {
    fn anew(&self, voice: Voice) -> Self {
        Self::new(voice, &self.leases.shared().config())
    }
}
