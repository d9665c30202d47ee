//! Pure: the state of a circuit, as whoever holds the lock changes it.

use std::time::Duration;

use ms_core::clock::{Instant, later};

use super::counts::{Cause, Counts};
use super::schedule::{OpenTimes, open_time};
use super::word::{CircuitState, Phase};

/// The state of a circuit, and what it remembers from one change to the next.
///
/// ```text
///             too many failures                 open time over
///   Closed ─────────────────────▶ Open ───────────────────────────▶ HalfOpen
///     ▲                             ▲    probes fail or take too long   │
///     │                             └───────────────────────────────────┤
///     └──────────────────────────────────────────── probes succeed ─────┘
/// ```
#[derive(Debug, Clone)]
pub(super) struct Circuit {
    phase: Phase,
    /// When it got into this state.
    since: Instant,
    /// How often it has opened without staying closed for a while in between.
    openings: u32,
    /// How many want it to be open.
    forced: u32,
    /// How often it was reset: who forced it before has no say any more.
    era: u32,
}

/// One change, as it is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Change {
    pub(super) at: Instant,
    pub(super) from: CircuitState,
    pub(super) to: Phase,
    /// What led to it: a [`Cause`], or who asked.
    pub(super) reason: &'static str,
    pub(super) counts: Counts,
    /// When the state ends by itself.
    pub(super) until: Option<Instant>,
}

/// What an opening depends on beyond the circuit itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opening {
    pub(super) times: OpenTimes,
    pub(super) forgive_after: Duration,
    /// From 0 to 1, by chance.
    pub(super) chance: f64,
    pub(super) asked: Option<Duration>,
}

impl Circuit {
    /// A circuit that is in its first state, and was since `since`.
    pub(super) const fn new(since: Instant, phase: Phase) -> Self {
        Self { phase, since, openings: 0, forced: 0, era: 0 }
    }

    pub(super) const fn phase(&self) -> Phase {
        self.phase
    }

    pub(super) const fn era(&self) -> u32 {
        self.era
    }

    pub(super) const fn since(&self) -> Instant {
        self.since
    }

    pub(super) const fn openings(&self) -> u32 {
        self.openings
    }

    /// It opens for `cause`, unless the generation that found out is past.
    pub(super) fn open(
        &mut self,
        generation: u64,
        now: Instant,
        cause: Cause,
        counts: Counts,
        opening: Opening,
    ) -> Option<Change> {
        let from = self.phase.state;
        if self.phase.generation != generation || !is_automatic(from) {
            return None;
        }
        let was_closed = from == CircuitState::Closed;
        let stayed = now.saturating_duration_since(self.since);
        if was_closed && stayed >= opening.forgive_after {
            self.openings = 0;
        }
        self.openings = self.openings.saturating_add(1);
        let time = open_time(&opening.times, self.openings, opening.chance, opening.asked);
        let until = Some(later(now, time));
        Some(self.enter(CircuitState::Open, now, cause.as_str(), counts, until))
    }

    /// Its open time is over: some calls may find out, until `until`. It says what it opened for.
    pub(super) fn half_open(
        &mut self,
        generation: u64,
        now: Instant,
        counts: Counts,
        until: Instant,
    ) -> Option<Change> {
        let is_it = self.phase.generation == generation && self.phase.state == CircuitState::Open;
        is_it
            .then(|| self.enter(CircuitState::HalfOpen, now, "open_time_over", counts, Some(until)))
    }

    /// Its probes succeeded.
    pub(super) fn close(
        &mut self,
        generation: u64,
        now: Instant,
        counts: Counts,
        ramps: bool,
    ) -> Option<Change> {
        if self.phase.generation != generation || self.phase.state != CircuitState::HalfOpen {
            return None;
        }
        let mut change = self.enter(CircuitState::Closed, now, "probes_succeeded", counts, None);
        self.phase.ramping = ramps;
        change.to.ramping = ramps;
        Some(change)
    }

    /// One more wants it to be open.
    pub(super) fn force(&mut self, now: Instant) -> Option<Change> {
        self.forced = self.forced.saturating_add(1);
        (self.phase.state != CircuitState::ForcedOpen)
            .then(|| self.enter(CircuitState::ForcedOpen, now, "by_hand", Counts::default(), None))
    }

    /// One less wants it to be open, of those who forced it in `era`. When nobody does any more,
    /// it finds out, until `until`; without `until` nobody looks.
    pub(super) fn release(
        &mut self,
        era: u32,
        now: Instant,
        until: Option<Instant>,
    ) -> Option<Change> {
        if self.era != era {
            return None;
        }
        self.forced = self.forced.saturating_sub(1);
        let is_last = self.forced == 0 && self.phase.state == CircuitState::ForcedOpen;
        let state = if until.is_some() { CircuitState::HalfOpen } else { CircuitState::Disabled };
        is_last.then(|| self.enter(state, now, "by_hand", Counts::default(), until))
    }

    /// From the next change on it only tells what it would do, or means it again.
    pub(super) const fn set_shadow(&mut self, shadow: bool) {
        self.phase.shadow = shadow;
    }

    /// It forgets all and gets into `state`: closed or disabled. Whoever forced it is overruled.
    pub(super) fn reset(&mut self, now: Instant, state: CircuitState) -> Change {
        (self.openings, self.forced) = (0, 0);
        self.era = self.era.wrapping_add(1);
        self.enter(state, now, "by_hand", Counts::default(), None)
    }

    fn enter(
        &mut self,
        state: CircuitState,
        now: Instant,
        reason: &'static str,
        counts: Counts,
        until: Option<Instant>,
    ) -> Change {
        let from = self.phase.state;
        let generation = self.phase.generation + 1;
        self.phase = Phase { generation, state, probes: 0, ramping: false, ..self.phase };
        self.since = now;
        Change { at: now, from, to: self.phase, reason, counts, until }
    }
}

const fn is_automatic(state: CircuitState) -> bool {
    matches!(state, CircuitState::Closed | CircuitState::HalfOpen)
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use ms_core::clock::now;

    use super::*;

    const NONE: Counts = Counts { calls: 0, failures: 0, slow: 0 };
    const CLOSED: Phase = Phase {
        generation: 1,
        state: CircuitState::Closed,
        probes: 0,
        ramping: false,
        shadow: false,
    };

    const OPENING: Opening = Opening {
        times: OpenTimes {
            first: Duration::from_secs(5),
            factor: 2.0,
            jitter: 0.0,
            max: Duration::from_secs(60),
        },
        forgive_after: Duration::from_secs(60),
        chance: 0.0,
        asked: None,
    };

    fn open(circuit: &mut Circuit, generation: u64) -> Option<Change> {
        circuit.open(generation, now(), Cause::FailureRate, NONE, OPENING)
    }

    /// One that opened, found out and closed again, with a ramp.
    fn closed_again() -> Circuit {
        let mut circuit = Circuit::new(now(), CLOSED);
        assert!(open(&mut circuit, 1).is_some());
        assert!(circuit.half_open(2, now(), NONE, now()).is_some());
        assert!(circuit.close(3, now(), NONE, true).is_some());
        circuit
    }

    #[test]
    fn s_6_what_an_older_generation_found_out_changes_nothing() {
        let mut circuit = closed_again();
        assert_eq!(open(&mut circuit, 3), None);
        open(&mut circuit, 4).unwrap();
        assert_eq!(circuit.half_open(4, now(), NONE, now()), None);
        circuit.half_open(5, now(), NONE, now()).unwrap();
        assert_eq!(circuit.close(5, now(), NONE, true), None);
        assert_eq!(circuit.phase().state, CircuitState::HalfOpen);
    }

    #[test]
    fn a_change_that_does_not_follow_from_its_state_is_none() {
        let mut circuit = Circuit::new(now(), CLOSED);
        assert_eq!(circuit.half_open(1, now(), NONE, now()), None);
        assert_eq!(circuit.close(1, now(), NONE, true), None);
        open(&mut circuit, 1).unwrap();
        assert_eq!(open(&mut circuit, 2), None);
        assert_eq!(circuit.close(2, now(), NONE, true), None);
    }

    #[test]
    fn a_new_state_has_no_ramp_and_no_probes_and_the_shadow_stays() {
        let mut circuit = closed_again();
        assert!(circuit.phase().ramping);
        circuit.phase.probes = 2;
        circuit.set_shadow(true);
        let change = open(&mut circuit, 4).unwrap();
        let Phase { probes, ramping, shadow, .. } = change.to;
        assert_eq!((probes, ramping, shadow), (0, false, true));
    }

    #[test]
    fn a_change_says_what_led_to_it() {
        let mut circuit = Circuit::new(now(), CLOSED);
        let causes = [
            (Cause::FailureRate, "failure_rate"),
            (Cause::SlowRate, "slow_rate"),
            (Cause::ConsecutiveFailures, "consecutive_failures"),
            (Cause::ProbesFailed, "probes_failed"),
            (Cause::ProbesTookTooLong, "probes_took_too_long"),
        ];
        for (cause, reason) in causes {
            circuit.reset(now(), CircuitState::Closed);
            let generation = circuit.phase().generation;
            let change = circuit.open(generation, now(), cause, NONE, OPENING).unwrap();
            assert_eq!((change.reason, change.from), (reason, CircuitState::Closed));
        }
    }
}
