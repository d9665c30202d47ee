//! How a circuit changes its state: under the lock, and told without.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use ms_core::clock::Instant;
use ms_core::sync::Ordering;

use super::circuit::{Change, Opening};
use super::config::{CircuitBreakerConfig, Mode};
use super::counts::{Cause, Counts};
use super::event;
use super::more::{Cold, More};
use super::rules::Seldom;
use super::state::{State, initial};
use super::word::CircuitState;

impl State {
    /// It opens for `cause`, unless it has changed since `generation`.
    #[cold]
    pub(super) fn open(&self, generation: u64, now: Instant, cause: Cause, counts: Counts) {
        let (rules, more) = (&self.rules, self.more());
        let asked = more.asked_until.load(Ordering::Relaxed).checked_sub(self.nanos(now));
        let seldom = rules.seldom();
        let opening = Opening {
            times: seldom.times(),
            forgive_after: seldom.forgive_after(),
            chance: rules.rng.unit(),
            asked: asked.map(Duration::from_nanos),
        };
        self.change(|cold| cold.circuit.open(generation, now, cause, counts, opening));
    }

    /// Its open time is over.
    #[cold]
    pub(super) fn half_open(&self, generation: u64, now: Instant) {
        let until = self.rules.seldom().probing_until(now);
        let opened_for = self.more().notice.counts();
        self.change(|cold| cold.circuit.half_open(generation, now, opened_for, until));
    }

    /// It goes on finding out for as long again.
    #[cold]
    pub(super) fn prolong(&self, generation: u64, now: Instant) {
        let until = self.rules.far_nanos(self.rules.seldom().probing_until(now));
        let more = self.more();
        let cold = more.cold();
        if cold.circuit.phase().generation == generation {
            more.notice.prolong(until);
        }
    }

    /// Its probes succeeded.
    #[cold]
    pub(super) fn close(&self, generation: u64, now: Instant, counts: Counts) {
        let ramps = self.rules.settings.ramp().is_some();
        self.change(|cold| cold.circuit.close(generation, now, counts, ramps));
    }

    pub(super) fn force(&self, now: Instant) -> u32 {
        let mut era = 0;
        self.change(|cold| {
            era = cold.circuit.era();
            cold.circuit.force(now)
        });
        era
    }

    pub(super) fn release(&self, now: Instant, era: u32) {
        let seldom = self.rules.hold();
        let finds_out = seldom.mode != Mode::Disabled;
        let until = finds_out.then(|| seldom.probing_until(now));
        self.alter(|cold| cold.circuit.release(era, now, until));
        drop(seldom);
        self.tell();
    }

    pub(super) fn reset(&self, now: Instant) {
        let seldom = self.rules.hold();
        let state = initial(seldom.mode);
        self.alter(|cold| Some(cold.circuit.reset(now, state)));
        drop(seldom);
        self.tell();
    }

    /// Takes over settings that were validated.
    pub(super) fn reconfigure(&self, config: &CircuitBreakerConfig, now: Instant) {
        let mut seldom = self.rules.hold();
        self.rules.replace(&mut seldom, config);
        self.adopt(&seldom, now);
        drop(seldom);
        self.adopted(now);
    }

    /// Goes on by new rules, for whoever holds them. A window of another kind or length starts
    /// empty.
    pub(super) fn adopt(&self, seldom: &Seldom, now: Instant) {
        self.alter(|cold| {
            self.prepare_window(seldom);
            let is_shadow = seldom.mode == Mode::Shadow;
            cold.circuit.set_shadow(is_shadow);
            self.word.set_shadow(is_shadow);
            let before = std::mem::replace(&mut cold.window_era, seldom.window_era);
            let state = self.word.read().state;
            let is_new = before != seldom.window_era && state == CircuitState::Closed;
            let begins = initial(seldom.mode);
            let switches = (state == CircuitState::Disabled) != (begins == CircuitState::Disabled);
            let is_forced = state == CircuitState::ForcedOpen;
            (!is_forced && (is_new || switches)).then(|| cold.circuit.reset(now, begins))
        });
    }

    /// To be called after new rules were adopted, when nobody holds them any more.
    pub(super) fn adopted(&self, now: Instant) {
        self.tell();
        // What the window holds may mean something else by now.
        let phase = self.word.read();
        if phase.state == CircuitState::Closed {
            self.judge(phase.generation, now);
        }
    }

    /// Changes the state under the lock; tells about it without.
    fn change(&self, change: impl FnOnce(&mut Cold) -> Option<Change>) {
        if self.alter(change) {
            self.tell();
        }
    }

    /// Changes the state under the lock. Says whether there is something to be told.
    fn alter(&self, change: impl FnOnce(&mut Cold) -> Option<Change>) -> bool {
        let more = self.more();
        let mut cold = more.cold();
        let Some(change) = change(&mut cold) else { return false };
        self.publish(more, &change);
        let changes = &mut cold.changes[change.to.state as usize];
        *changes = changes.saturating_add(1);
        cold.untold.push_back(change);
        true
    }

    /// Whoever tells tells all: so events are in order, and nobody holds a lock meanwhile.
    pub(super) fn tell(&self) {
        let more = self.more();
        let mut cold = more.cold();
        if std::mem::replace(&mut cold.is_telling, true) {
            return;
        }
        while let Some(change) = cold.untold.pop_front() {
            drop(cold);
            // A subscriber that panics harms nobody, least of all the next event.
            let tell = || event::changed(&self.voice, &change);
            let _ = catch_unwind(AssertUnwindSafe(tell));
            cold = more.cold();
        }
        cold.is_telling = false;
    }

    /// The notice first: who sees the state sees what belongs to it.
    fn publish(&self, more: &More, change: &Change) {
        let until = change.until.map_or(0, |until| self.rules.far_nanos(until));
        more.notice.set(self.nanos(change.at), until, change.counts);
        self.word.set(change.to);
    }
}
