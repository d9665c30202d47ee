//! What all calls of a circuit share: what they read without a lock, and what is changed under it.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::time::Duration;

use ms_core::clock::{Instant, later};
use ms_core::registry::Voice;
use ms_core::rng::Rng;
use ms_core::sync::{AtomicU64, Mutex, MutexGuard, Ordering, lock};

use super::calls::CallWindow;
use super::circuit::{Change, Circuit, Opening};
use super::config::{CircuitBreakerConfig, Mode, Window};
use super::counts::{Cause, Counts};
use super::event;
use super::notice::Notice;
use super::overdue::Overdue;
use super::settings::{Settings, open_times};
use super::streak::Streak;
use super::window::{Bucket, TimeWindow};
use super::word::{CircuitState, Phase, Word};

/// What all calls share.
#[derive(Debug)]
pub(super) struct State {
    pub(super) voice: Voice,
    pub(super) word: Word,
    pub(super) settings: Settings,
    pub(super) stripes: Box<[Stripe]>,
    pub(super) calls: OnceLock<CallWindow>,
    pub(super) streak: Streak,
    /// What the probes of a half-open circuit found out.
    pub(super) probes: Bucket,
    /// Until when failures asked to be left alone.
    asked_until: AtomicU64,
    /// The generation in which the minimum of calls is reached.
    pub(super) reached: AtomicU64,
    /// What rejections say, written before the state that rejects.
    pub(super) notice: Notice,
    pub(super) rng: Rng,
    /// What moments are counted from.
    base: Instant,
    cold: Mutex<Cold>,
}

/// What is kept for each stripe, on cache lines of its own.
#[derive(Debug, Default)]
#[repr(align(64))]
pub(super) struct Stripe {
    pub(super) window: TimeWindow,
    pub(super) overdue: Overdue,
}

/// What is changed under the lock.
#[derive(Debug)]
struct Cold {
    circuit: Circuit,
    config: CircuitBreakerConfig,
    changes: [u64; CircuitState::ALL.len()],
    /// What is still to be told, in order.
    untold: VecDeque<Change>,
    is_telling: bool,
}

impl State {
    pub(super) fn new(
        voice: Voice,
        config: CircuitBreakerConfig,
        stripes: usize,
        now: Instant,
    ) -> Self {
        let circuit = Circuit::new(now, initial(config.mode), config.mode == Mode::Shadow);
        let state = Self {
            voice,
            word: Word::new(circuit.phase()),
            settings: Settings::new(&config),
            stripes: (0..stripes).map(|_| Stripe::default()).collect(),
            calls: OnceLock::new(),
            streak: Streak::default(),
            probes: Bucket::default(),
            asked_until: AtomicU64::new(0),
            reached: AtomicU64::new(0),
            notice: Notice::default(),
            rng: Rng::new(),
            base: now,
            cold: Mutex::new(Cold {
                circuit,
                config,
                changes: [0; CircuitState::ALL.len()],
                untold: VecDeque::new(),
                is_telling: false,
            }),
        };
        state.prepare_window();
        state
    }

    /// Nanoseconds from the beginning of the circuit to `now`, which is not 584 years away.
    #[inline]
    pub(super) fn nanos(&self, now: Instant) -> u64 {
        let since = now.saturating_duration_since(self.base);
        let seconds = since.as_secs().wrapping_mul(1_000_000_000);
        seconds.wrapping_add(since.subsec_nanos().into())
    }

    /// The same for a moment that may be as far away as one likes.
    fn far_nanos(&self, moment: Instant) -> u64 {
        let since = moment.saturating_duration_since(self.base);
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    }

    /// When the state ends by itself.
    pub(super) fn until(&self) -> Instant {
        later(self.base, Duration::from_nanos(self.notice.until()))
    }

    /// Since when it is in its state.
    pub(super) fn since(&self) -> Instant {
        later(self.base, Duration::from_nanos(self.notice.since()))
    }

    /// A failure that asks to be left alone for as long.
    #[cold]
    pub(super) fn note_asked(&self, asked: Duration, now: Instant) {
        let nanos = u64::try_from(asked.as_nanos()).unwrap_or(u64::MAX);
        self.asked_until.fetch_max(self.nanos(now).saturating_add(nanos), Ordering::Relaxed);
    }

    /// It opens for `cause`, unless it has changed since `generation`.
    #[cold]
    pub(super) fn open(&self, generation: u64, now: Instant, cause: Cause, counts: Counts) {
        let asked = self.asked_until.load(Ordering::Relaxed).checked_sub(self.nanos(now));
        self.change(|cold| {
            let opening = Opening {
                times: open_times(&cold.config),
                forgive_after: cold.config.forgive_after,
                chance: self.rng.unit(),
                asked: asked.map(Duration::from_nanos),
            };
            cold.circuit.open(generation, now, cause, counts, opening)
        });
    }

    /// Its open time is over.
    #[cold]
    pub(super) fn half_open(&self, generation: u64, now: Instant) {
        self.change(|cold| {
            let until = probing_until(cold, now);
            cold.circuit.half_open(generation, now, until)
        });
    }

    /// It goes on finding out for as long again.
    #[cold]
    pub(super) fn prolong(&self, generation: u64, now: Instant) {
        let cold = self.cold();
        if cold.circuit.phase().generation == generation {
            let until = self.far_nanos(probing_until(&cold, now));
            self.notice.prolong(until);
        }
    }

    /// Its probes succeeded.
    #[cold]
    pub(super) fn close(&self, generation: u64, now: Instant, counts: Counts) {
        let ramps = self.settings.ramp().is_some();
        self.change(|cold| cold.circuit.close(generation, now, counts, ramps));
    }

    pub(super) fn force(&self, now: Instant) -> u64 {
        let mut era = 0;
        self.change(|cold| {
            era = cold.circuit.era();
            cold.circuit.force(now)
        });
        era
    }

    pub(super) fn release(&self, now: Instant, era: u64) {
        self.change(|cold| {
            let finds_out = cold.config.mode != Mode::Disabled;
            let until = finds_out.then(|| probing_until(cold, now));
            cold.circuit.release(era, now, until)
        });
    }

    pub(super) fn reset(&self, now: Instant) {
        self.change(|cold| {
            let state = initial(cold.config.mode);
            Some(cold.circuit.reset(now, state))
        });
    }

    /// Takes over settings that were validated. A window of another kind or length starts empty.
    pub(super) fn reconfigure(&self, config: &CircuitBreakerConfig, now: Instant) {
        self.change(|cold| {
            let before = std::mem::replace(&mut cold.config, config.clone());
            self.settings.store(config);
            self.prepare_window_of(config);
            let is_shadow = config.mode == Mode::Shadow;
            cold.circuit.set_shadow(is_shadow);
            self.word.set_shadow(is_shadow);
            let state = self.word.read().state;
            // Ticks of another length cannot be compared with those that stand there.
            let is_new = (before.window != config.window || before.slow_call != config.slow_call)
                && state == CircuitState::Closed;
            let switches = (before.mode == Mode::Disabled) != (config.mode == Mode::Disabled);
            let is_forced = state == CircuitState::ForcedOpen;
            (!is_forced && (is_new || switches))
                .then(|| cold.circuit.reset(now, initial(config.mode)))
        });
        let phase = self.word.read();
        if phase.state == CircuitState::Closed {
            self.judge(phase.generation, now);
        }
    }

    pub(super) fn config(&self) -> CircuitBreakerConfig {
        self.cold().config.clone()
    }

    /// How often each state was entered.
    pub(super) fn changes(&self) -> [u64; CircuitState::ALL.len()] {
        self.cold().changes
    }

    /// How often it opened in a row, and since when it is in its state.
    pub(super) fn history(&self) -> (u32, Instant) {
        let cold = self.cold();
        (cold.circuit.openings(), cold.circuit.since())
    }

    fn prepare_window(&self) {
        let config = self.config();
        self.prepare_window_of(&config);
    }

    fn prepare_window_of(&self, config: &CircuitBreakerConfig) {
        if let Window::Calls(calls) = config.window {
            self.calls.get_or_init(|| CallWindow::new(calls)).resize(calls);
        }
    }

    /// Changes the state under the lock; tells about it, in order, without.
    fn change(&self, change: impl FnOnce(&mut Cold) -> Option<Change>) {
        let mut cold = self.cold();
        let Some(change) = change(&mut cold) else { return };
        self.publish(&change);
        cold.changes[change.to.state as usize] += 1;
        cold.untold.push_back(change);
        if std::mem::replace(&mut cold.is_telling, true) {
            return;
        }
        // Whoever tells tells all: so events are in order, and nobody holds the lock meanwhile.
        while let Some(change) = cold.untold.pop_front() {
            drop(cold);
            // A subscriber that panics harms nobody, least of all the next event.
            let _ = catch_unwind(AssertUnwindSafe(|| event::changed(&self.voice, &change)));
            cold = self.cold();
        }
        cold.is_telling = false;
    }

    /// The notice first: who sees the state sees what belongs to it.
    fn publish(&self, change: &Change) {
        let until = change.until.map_or(0, |until| self.far_nanos(until));
        self.notice.set(self.nanos(change.at), until, change.counts);
        self.word.set(change.to);
    }

    fn cold(&self) -> MutexGuard<'_, Cold> {
        lock(&self.cold)
    }
}

const fn initial(mode: Mode) -> CircuitState {
    match mode {
        Mode::Enforce | Mode::Shadow => CircuitState::Closed,
        Mode::Disabled => CircuitState::Disabled,
    }
}

fn probing_until(cold: &Cold, now: Instant) -> Instant {
    later(now, cold.config.half_open_max.unwrap_or(cold.config.open))
}

impl Phase {
    /// Whether calls are refused without looking further.
    #[inline]
    pub(super) const fn refuses(self, places: u64) -> bool {
        match self.state {
            CircuitState::Open | CircuitState::ForcedOpen => true,
            CircuitState::HalfOpen => self.probes >= places,
            CircuitState::Closed | CircuitState::Disabled => false,
        }
    }
}
