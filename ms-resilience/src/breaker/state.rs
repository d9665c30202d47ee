//! What all calls of a circuit share.

use std::sync::Arc;
use std::time::Duration;

use ms_core::availability::Availability;
use ms_core::clock::{Instant, now};
use ms_core::registry::Voice;
use ms_core::sync::{AtomicU32, OnceLock, Ordering};

use super::calls::CallWindow;
use super::circuit::Circuit;
use super::config::Mode;
use super::more::More;
use super::overdue::Overdue;
use super::rules::{Now, Rules, Seldom};
use super::snapshot::Snapshot;
use super::streak::Streak;
use super::window::TimeWindow;
use super::word::{CircuitState, Phase, Word};

/// What all calls share.
#[derive(Debug)]
pub(super) struct State {
    pub(super) voice: Voice,
    pub(super) word: Word,
    pub(super) rules: Arc<Rules>,
    pub(super) stripes: Box<[Stripe]>,
    pub(super) streak: Streak,
    /// The generation in which the minimum of calls is reached, its lower bits.
    pub(super) reached: AtomicU32,
    /// Which window it began with of those that its rules had.
    first_window: u32,
    /// When it began, in nanoseconds of the rules.
    born: u64,
    more: OnceLock<Box<More>>,
}

/// What is kept for each stripe, on cache lines of its own.
#[derive(Debug, Default)]
#[repr(align(64))]
pub(super) struct Stripe {
    pub(super) window: TimeWindow,
    overdue: OnceLock<Box<Overdue>>,
}

impl State {
    /// A circuit that follows `rules`.
    pub(super) fn new(voice: Voice, rules: Arc<Rules>, stripes: usize, now: Instant) -> Self {
        let seldom = rules.seldom();
        let (state, shadow) = (initial(seldom.mode), seldom.mode == Mode::Shadow);
        let phase = Phase { generation: 1, state, probes: 0, ramping: false, shadow };
        let circuit = Self {
            voice,
            word: Word::new(phase),
            first_window: seldom.window_era,
            born: rules.nanos(now),
            rules,
            stripes: (0..stripes).map(|_| Stripe::default()).collect(),
            streak: Streak::default(),
            reached: AtomicU32::new(0),
            more: OnceLock::new(),
        };
        circuit.prepare_window(&seldom);
        circuit
    }

    pub(super) fn prepare_window(&self, seldom: &Seldom) {
        if let Some(calls) = seldom.calls() {
            self.more().calls.get_or_init(|| CallWindow::new(calls)).resize(calls);
        }
    }

    #[inline]
    pub(super) fn nanos(&self, now: Instant) -> u64 {
        self.rules.nanos(now)
    }

    /// This moment.
    #[inline]
    pub(super) fn now(&self) -> Now {
        let moment = now();
        Now { moment, nanos: self.nanos(moment) }
    }

    /// What only some circuits have, if this one does.
    #[inline]
    pub(super) fn if_more(&self) -> Option<&More> {
        self.more.get().map(|more| &**more)
    }

    /// What only some circuits have. From now on this one does.
    pub(super) fn more(&self) -> &More {
        self.if_more().unwrap_or_else(|| {
            // Nobody changes the word without this, so it says how the circuit began.
            let circuit = Circuit::new(self.rules.moment(self.born), self.word.read());
            self.more.get_or_init(|| Box::new(More::new(circuit, self.first_window)))
        })
    }

    /// When the state ends by itself.
    pub(super) fn until(&self) -> Instant {
        self.rules.moment(self.if_more().map_or(0, |more| more.notice.until()))
    }

    /// Since when it is in its state.
    pub(super) fn since(&self) -> Instant {
        self.rules.moment(self.if_more().map_or(self.born, |more| more.notice.since()))
    }

    /// A failure that asks to be left alone for as long.
    #[cold]
    pub(super) fn note_asked(&self, asked: Duration, now: Instant) {
        let nanos = u64::try_from(asked.as_nanos()).unwrap_or(u64::MAX);
        let until = self.nanos(now).saturating_add(nanos);
        self.more().asked_until.fetch_max(until, Ordering::Relaxed);
    }

    /// How often each state was entered.
    pub(super) fn changes(&self) -> [u32; CircuitState::ALL.len()] {
        self.if_more().map_or_else(Default::default, |more| more.cold().changes)
    }

    pub(super) fn snapshot(&self, now: Instant) -> Snapshot {
        let phase = self.word.read();
        let (openings, since) = match self.if_more() {
            None => (0, self.since()),
            Some(more) => {
                let cold = more.cold();
                (cold.circuit.openings(), cold.circuit.since())
            }
        };
        let ends = matches!(phase.state, CircuitState::Open | CircuitState::HalfOpen);
        Snapshot {
            state: phase.state,
            counts: self.counts(phase.generation, now),
            probes: phase.probes.into(),
            openings,
            since,
            until: ends.then(|| self.until()),
        }
    }

    pub(super) fn availability(&self, now: Instant) -> Availability {
        let phase = self.word.read();
        if phase.shadow && phase.state != CircuitState::ForcedOpen {
            return Availability::Now;
        }
        match phase.state {
            CircuitState::Closed | CircuitState::Disabled => Availability::Now,
            CircuitState::ForcedOpen => Availability::Closed,
            CircuitState::HalfOpen if !phase.refuses(self.rules.settings.probes()) => {
                Availability::Now
            }
            CircuitState::Open | CircuitState::HalfOpen => {
                Availability::from_moment(self.until(), now)
            }
        }
    }
}

impl Stripe {
    /// The calls under way, from the first that somebody waits for.
    pub(super) fn overdue(&self) -> &Overdue {
        self.overdue.get_or_init(Box::default)
    }

    /// How many calls under way are slow at `tick` already.
    pub(super) fn overdue_at(&self, generation: u64, tick: u64) -> u64 {
        self.overdue.get().map_or(0, |overdue| overdue.read(generation, tick))
    }
}

pub(super) const fn initial(mode: Mode) -> CircuitState {
    match mode {
        Mode::Enforce | Mode::Shadow => CircuitState::Closed,
        Mode::Disabled => CircuitState::Disabled,
    }
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_circuit_is_small() {
        let whole = size_of::<State>() + size_of::<Rules>() + size_of::<More>();
        assert!(whole <= 512, "{whole} bytes");
    }

    #[test]
    fn what_never_had_trouble_is_smaller() {
        let healthy = size_of::<State>() + size_of::<Stripe>();
        assert!(healthy <= 240, "{healthy} bytes");
    }
}
