//! The state that all services of one layer share, as the registry sees it.

use std::fmt;
use std::time::Duration;

use ms_core::clock::now;
use ms_core::config::ConfigError;
use ms_core::lease::Counter;
use ms_core::registry::{Anew, Burst, Command, CommandError, Policy, Readings, Voice};
use ms_core::rejection::{Reason, Rejection};
use ms_core::sync::{AtomicU64, Ordering};

use super::config::{BulkheadConfig, ensure_countable};
use super::event;
use super::gate::{Gate, Waits};
use super::metrics::{CALLS, IN_FLIGHT, KEYS, LIMIT, WAIT_DURATION, WAITING};
use super::reason::{CLOSED, FULL};
use super::state::State;
use crate::keyed::{KeyMetrics, Member, Stay};

/// What all calls share. There may be many of these, one for each key: it is small, and has no
/// stripes, since who is admitted needs one exact number anyway.
pub(super) struct Shared {
    pub(super) gate: Gate,
    pub(super) accepted: Counter,
    /// At once.
    refused: Counter,
    /// In nanoseconds.
    max_wait: AtomicU64,
    burst: Burst,
    voice: Voice,
}

#[cfg(not(ms_loom))]
const _: () = assert!(size_of::<Shared>() <= 128, "a bulkhead is small");

impl Shared {
    pub(super) fn new(voice: Voice, config: &BulkheadConfig) -> Self {
        Self {
            gate: Gate::new(config.max_concurrent, config.max_queue),
            accepted: Counter::default(),
            refused: Counter::default(),
            max_wait: AtomicU64::new(nanos(config.max_wait)),
            burst: Burst::new(now()),
            voice,
        }
    }

    pub(super) fn max_wait(&self) -> Duration {
        Duration::from_nanos(self.max_wait.load(Ordering::Relaxed))
    }

    /// A call is refused at once, since this is so.
    #[cold]
    #[inline(never)]
    pub(super) fn refuse(&self, state: State) -> Rejection {
        self.refused.count();
        let reason = if state.limit() == 0 { &CLOSED } else { &FULL };
        self.reject(reason, state, Duration::ZERO)
    }

    /// A call is rejected after it `waited`.
    #[inline]
    pub(super) fn reject(
        &self,
        reason: &'static Reason,
        state: State,
        waited: Duration,
    ) -> Rejection {
        if let Some(count) = self.burst.note(now()) {
            event::rejected(&self.voice, count, reason, state);
        }
        let millis = u32::try_from(waited.as_millis()).unwrap_or(u32::MAX);
        let numbers = [state.limit(), state.in_flight(), state.waiting(), millis];
        Rejection::new(reason, self.voice.name()).because(numbers)
    }

    pub(super) fn resize(&self, max_concurrent: u32) -> Result<(), ConfigError> {
        ensure_countable("max_concurrent", max_concurrent)?;
        self.limit(max_concurrent, None);
        Ok(())
    }

    pub(super) fn reconfigure(&self, config: &BulkheadConfig) -> Result<(), ConfigError> {
        config.validate()?;
        self.max_wait.store(nanos(config.max_wait), Ordering::Relaxed);
        self.limit(config.max_concurrent, Some(config.max_queue));
        Ok(())
    }

    pub(super) fn config(&self) -> BulkheadConfig {
        BulkheadConfig::new(self.gate.state().limit())
            .max_queue(self.gate.max_queue())
            .max_wait(self.max_wait())
    }

    fn limit(&self, limit: u32, max_queue: Option<u32>) {
        let before = self.gate.reconfigure(limit, max_queue, true).limit();
        self.gate.serve();
        if before != limit {
            event::resized(&self.voice, before, limit);
        }
    }
}

impl Policy for Shared {
    fn voice(&self) -> &Voice {
        &self.voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Self::outline(&self.config(), f)
    }

    fn read(&self, out: &mut dyn Readings) {
        let read = |waits: &Waits| (waits.spread.read(), waits.given_up, waits.cancelled);
        let (spread, given_up, cancelled) = self.gate.read(read);
        let calls = [
            ("accepted", self.accepted.get()),
            ("rejected_full", self.refused.get()),
            ("rejected_wait", given_up),
            ("cancelled", cancelled),
        ];
        for (outcome, count) in calls {
            out.counter(&CALLS, &[("outcome", outcome)], count);
        }
        let state = self.gate.state();
        out.gauge(&IN_FLIGHT, &[], state.in_flight().into());
        out.gauge(&WAITING, &[], state.waiting().into());
        out.gauge(&LIMIT, &[], state.limit().into());
        out.histogram(&WAIT_DURATION, &[], &spread);
    }

    fn command(&self, command: &Command) -> Result<(), CommandError> {
        Ok(self.reconfigure(command.settings()?)?)
    }
}

impl Member for Shared {
    type Config = BulkheadConfig;

    const METRICS: &'static KeyMetrics = &KEYS;

    fn new(voice: Voice, config: &BulkheadConfig) -> Self {
        Self::new(voice, config)
    }

    /// Limits that somebody gave to one key are not to be lost because others come.
    fn stay(&self) -> Stay {
        if self.gate.is_special() { Stay::Always } else { Stay::WhileRoom }
    }

    fn validate(config: &BulkheadConfig) -> Result<(), ConfigError> {
        config.validate()
    }

    fn take_over(&self, config: &BulkheadConfig) {
        self.max_wait.store(nanos(config.max_wait), Ordering::Relaxed);
        self.gate.reconfigure(config.max_concurrent, Some(config.max_queue), false);
    }

    fn taken_over(&self) {
        self.gate.serve();
    }

    fn reconfigured(voice: &Voice, from: &BulkheadConfig, to: &BulkheadConfig) {
        if from.max_concurrent != to.max_concurrent {
            event::resized(voice, from.max_concurrent, to.max_concurrent);
        }
    }

    fn outline(config: &BulkheadConfig, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (config.max_concurrent, config.max_queue) {
            (0, _) => f.write_str("closed"),
            (limit, 0) => write!(f, "{limit} at a time"),
            (limit, queue) => {
                write!(f, "{limit} at a time, {queue} wait up to {:?}", config.max_wait)
            }
        }
    }
}

impl Anew for Shared {
    fn anew(&self, voice: Voice) -> Self {
        Self::new(voice, &self.config())
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy: &dyn Policy = self;
        fmt::Display::fmt(&policy.described(), f)
    }
}

/// What exceeds 584 years is cut to that.
fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
