//! The state that all services of one propagating layer share, as the registry sees it.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName};
use ms_core::clock::now;
use ms_core::config::{ConfigError, ensure};
use ms_core::deadline::Limit;
use ms_core::lease::{Lease, Leases};
use ms_core::registry::{Anew, Burst, Command, CommandError, Policy, Readings, Voice};
use ms_core::rejection::Rejection;
use ms_core::sync::{AtomicU64, Ordering};
use ms_core::tally::{Outcome, Tally};

use super::config::{PropagateDeadlineConfig, header_name};
use super::event;
use super::handle::CALLS;
use super::headers;
use super::reason::EXPIRED;

/// What all services of a layer share.
#[derive(Debug)]
pub(super) struct PropagateHandle {
    leases: Leases<State, Tally<SendOutcome>>,
}

/// What all requests share.
#[derive(Debug)]
pub(super) struct State {
    voice: Voice,
    /// In nanoseconds.
    margin: AtomicU64,
    header: Option<HeaderName>,
    refusals: Burst,
}

/// How a request that was to be sent ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum SendOutcome {
    Completed,
    Refused,
    Cancelled,
}

impl Outcome for SendOutcome {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Completed, "completed"),
        (Self::Refused, "refused"),
        (Self::Cancelled, "cancelled"),
    ];
    const ABANDONED: Self = Self::Cancelled;

    fn index(self) -> usize {
        self as usize
    }
}

impl PropagateHandle {
    /// A policy with a `config` that was validated.
    pub(super) fn new(voice: Voice, config: &PropagateDeadlineConfig) -> Self {
        let state = State {
            voice,
            margin: AtomicU64::new(nanos(config.margin)),
            header: header_name(config.header.as_deref()).unwrap_or_default(),
            refusals: Burst::new(now()),
        };
        Self { leases: Leases::striped(state) }
    }

    pub(super) fn lease(&self) -> Lease<State, Tally<SendOutcome>> {
        self.leases.take()
    }
}

impl State {
    /// Writes what remains of `limit` into `headers`.
    ///
    /// # Errors
    /// How much remains, when that is not enough for the way.
    pub(super) fn give_on(&self, limit: Limit, headers: &mut HeaderMap) -> Result<(), Duration> {
        let Some(remaining) = limit.remaining(now) else { return Ok(()) };
        match remaining.saturating_sub(self.margin()) {
            Duration::ZERO => Err(remaining),
            rest => {
                headers::write(headers, self.header.as_ref(), rest);
                Ok(())
            }
        }
    }

    #[cold]
    pub(super) fn refuse(&self, remaining: Duration) -> Rejection {
        if let Some(count) = self.refusals.note(now()) {
            event::refused(&self.voice, count);
        }
        let millis = u32::try_from(remaining.as_millis()).unwrap_or(u32::MAX);
        Rejection::new(&EXPIRED, self.voice.name()).because([millis, 0, 0, 0])
    }

    fn change(&self, config: &PropagateDeadlineConfig) -> Result<(), ConfigError> {
        config.validate()?;
        let is_same = header_name(config.header.as_deref())? == self.header;
        ensure("header", &config.header, is_same, "the same as long as the policy runs")?;
        self.margin.store(nanos(config.margin), Ordering::Relaxed);
        Ok(())
    }

    fn margin(&self) -> Duration {
        Duration::from_nanos(self.margin.load(Ordering::Relaxed))
    }
}

impl Policy for PropagateHandle {
    fn voice(&self) -> &Voice {
        &self.leases.shared().voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "less {:?} for the way", self.leases.shared().margin())
    }

    fn read(&self, out: &mut dyn Readings) {
        Tally::read(&self.leases, &CALLS, Some(("side", "client")), out);
    }

    fn command(&self, command: &Command) -> Result<(), CommandError> {
        Ok(self.leases.shared().change(command.settings()?)?)
    }
}

impl Anew for PropagateHandle {
    fn anew(&self, voice: Voice) -> Self {
        let state = self.leases.shared();
        let header = state.header.as_ref().map(|name| name.as_str().to_owned());
        Self::new(voice, &PropagateDeadlineConfig { margin: state.margin(), header })
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
