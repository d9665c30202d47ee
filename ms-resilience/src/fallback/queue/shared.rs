//! What the copies of one queue share.

use std::fmt;
use std::sync::Arc;
use std::task::Waker;

use ms_core::clock::now;
use ms_core::config::ConfigError;
use ms_core::lease::Counter;
use ms_core::registry::{Burst, Command, CommandError, Policy, Readings, Voice};
use ms_core::sync::{AtomicBool, Mutex, MutexGuard, Ordering, lock};

use super::config::QueueConfig;
use super::event;
use super::line::{Bounds, Line};
use super::metric::{ASIDE, ATTEMPTS, BYTES, ENTRIES, WAITING};
use super::store::{Change, Contents, Store};

/// The entries, and what is taken down of them.
pub(super) struct Shared<St> {
    pub(super) voice: Voice,
    pub(super) store: St,
    /// What is cloned, dropped or woken is so when this is not locked.
    held: Mutex<Held>,
    pub(super) counters: Counters,
    is_draining: AtomicBool,
    failed: Burst,
}

pub(super) struct Held {
    pub(super) config: QueueConfig,
    pub(super) line: Line<Waker>,
}

/// What happened so far.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) accepted: Counter,
    pub(super) refused: Counter,
    pub(super) withdrawn: Counter,
    pub(super) delivered: Counter,
    pub(super) set_aside: Counter,
    /// Attempts that count against an entry, and those that do not.
    pub(super) failed: Counter,
    pub(super) excused: Counter,
}

impl<St> Shared<St> {
    pub(super) fn new(voice: Voice, store: St, contents: Contents, config: QueueConfig) -> Self {
        Self {
            voice,
            store,
            held: Mutex::new(Held { config, line: Line::new(contents) }),
            counters: Counters::default(),
            is_draining: AtomicBool::new(false),
            failed: Burst::new(now()),
        }
    }

    pub(super) fn held(&self) -> MutexGuard<'_, Held> {
        lock(&self.held)
    }

    pub(super) fn config(&self) -> QueueConfig {
        self.held().config.clone()
    }

    pub(super) fn reconfigure(&self, config: &QueueConfig) -> Result<(), ConfigError> {
        config.validate()?;
        self.held().config = config.clone();
        Ok(())
    }

    /// Room for an entry of so many bytes.
    pub(super) fn reserve(&self, bytes: usize) -> Option<u64> {
        let mut held = self.held();
        let QueueConfig { max_entries, max_bytes, .. } = held.config;
        held.line.reserve(bytes, Bounds { max_entries, max_bytes })
    }

    /// The entry waits from now on.
    pub(super) fn accept(&self, id: u64, entry: Arc<[u8]>) {
        self.counters.accepted.count();
        let waker = self.held().line.accept(id, entry);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// True for one at a time, until it [stops](Self::stop_draining).
    pub(super) fn start_draining(&self) -> bool {
        !self.is_draining.swap(true, Ordering::Acquire)
    }

    pub(super) fn stop_draining(&self) {
        self.is_draining.store(false, Ordering::Release);
    }

    /// An attempt failed for `reason`.
    pub(super) fn note_failed(&self, reason: &'static str) {
        if let Some(count) = self.failed.note(now()) {
            let (waiting, ..) = self.held().line.counts();
            event::stuck(&self.voice, count, waiting, reason);
        }
    }
}

impl<St: Store> Shared<St> {
    /// The entry waits again.
    pub(super) fn put_back(&self, id: u64) -> Option<St::Written> {
        let waker = self.held().line.put_back(id)?;
        let written = self.store.write(Change::PutBack { id });
        if let Some(waker) = waker {
            waker.wake();
        }
        Some(written)
    }

    /// The entry is gone.
    pub(super) fn remove(&self, id: u64) -> Option<St::Written> {
        let gone = self.held().line.remove(id)?;
        drop(gone);
        Some(self.store.write(Change::Done { id }))
    }
}

impl<St: Store> Policy for Shared<St> {
    fn voice(&self) -> &Voice {
        &self.voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let QueueConfig { max_entries, max_bytes, max_attempts, .. } = self.config();
        write!(f, "{max_entries} entries, {max_bytes} bytes, {max_attempts} attempts")
    }

    fn read(&self, out: &mut dyn Readings) {
        let counters = &self.counters;
        for (outcome, counter) in [
            ("accepted", &counters.accepted),
            ("refused", &counters.refused),
            ("withdrawn", &counters.withdrawn),
            ("delivered", &counters.delivered),
            ("set_aside", &counters.set_aside),
        ] {
            out.counter(&ENTRIES, &[("outcome", outcome)], counter.get());
        }
        for (outcome, counter) in [
            ("delivered", &counters.delivered),
            ("failed", &counters.failed),
            ("excused", &counters.excused),
        ] {
            out.counter(&ATTEMPTS, &[("outcome", outcome)], counter.get());
        }
        let (waiting, aside, bytes) = self.held().line.counts();
        for (metric, count) in [(&WAITING, waiting), (&ASIDE, aside), (&BYTES, bytes)] {
            out.gauge(metric, &[], number(count));
        }
    }

    fn command(&self, command: &Command) -> Result<(), CommandError> {
        Ok(self.reconfigure(command.settings()?)?)
    }
}

#[allow(clippy::cast_precision_loss, reason = "a gauge, and less than 2^53 of anything")]
const fn number(count: usize) -> f64 {
    count as f64
}

impl<St> fmt::Debug for Shared<St> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.voice)
    }
}
