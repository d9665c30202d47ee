//! The state of a circuit in one word: what every call reads.

use ms_core::sync::{AtomicU64, Ordering};

/// In which state a circuit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CircuitState {
    /// Calls pass and are looked at.
    Closed,
    /// Calls are refused.
    Open,
    /// Some calls are let through to find out.
    HalfOpen,
    /// Somebody opened it by hand.
    ForcedOpen,
    /// Calls pass and nobody looks.
    Disabled,
}

impl CircuitState {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Closed, Self::Open, Self::HalfOpen, Self::ForcedOpen, Self::Disabled];

    /// Its name in labels and events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
            Self::ForcedOpen => "forced_open",
            Self::Disabled => "disabled",
        }
    }
}

/// What a word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Phase {
    /// How often the state has changed.
    pub(super) generation: u64,
    pub(super) state: CircuitState,
    /// How many probes are under way.
    pub(super) probes: u8,
    /// After closing, while only a share of the calls is admitted.
    pub(super) ramping: bool,
    /// It only tells what it would do.
    pub(super) shadow: bool,
}

const STATE: u64 = 0b111;
const RAMPING: u64 = 0b1000;
const SHADOW: u64 = 0b1_0000;
const PROBE_SHIFT: u32 = 8;
const GENERATION_SHIFT: u32 = 16;

/// `generation · probes · shadow · ramping · state`.
#[derive(Debug)]
pub(super) struct Word(AtomicU64);

/// What a word says, as most calls look at it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glance(u64);

impl Glance {
    /// The generation, if it is closed and does not ramp: the case for which all is laid out.
    #[inline]
    pub(super) const fn closed(self) -> Option<u64> {
        if self.0 & (STATE | RAMPING) == 0 { Some(self.0 >> GENERATION_SHIFT) } else { None }
    }

    /// Whether it is open, and means it.
    #[inline]
    pub(super) const fn is_open(self) -> bool {
        self.0 & (STATE | SHADOW) == CircuitState::Open as u64
    }
}

impl Word {
    pub(super) fn new(phase: Phase) -> Self {
        Self(AtomicU64::new(encode(phase)))
    }

    /// What it says. Whatever was written before it was set can be seen by who reads it.
    #[inline]
    pub(super) fn read(&self) -> Phase {
        decode(self.0.load(Ordering::Acquire))
    }

    /// The same, not taken apart.
    #[inline]
    pub(super) fn glance(&self) -> Glance {
        Glance(self.0.load(Ordering::Acquire))
    }

    /// Whether it is closed in `generation`, ramping or not.
    pub(super) fn is_closed(&self, generation: u64) -> bool {
        let phase = self.read();
        phase.generation == generation && phase.state == CircuitState::Closed
    }

    /// Only by whoever holds the lock on transitions.
    pub(super) fn set(&self, phase: Phase) {
        // An exchange, since probes come and go in the same word meanwhile.
        self.0.swap(encode(phase), Ordering::AcqRel);
    }

    /// Only by whoever holds the lock on transitions.
    pub(super) fn set_shadow(&self, shadow: bool) {
        if shadow {
            self.0.fetch_or(SHADOW, Ordering::AcqRel);
        } else {
            self.0.fetch_and(!SHADOW, Ordering::AcqRel);
        }
    }

    /// Takes a place for a probe in the generation, if it is half-open and has one left.
    pub(super) fn take_probe(&self, generation: u64, places: u64) -> bool {
        let take = |word: u64| {
            let phase = decode(word);
            let is_free = phase.generation == generation
                && phase.state == CircuitState::HalfOpen
                && u64::from(phase.probes) < places;
            is_free.then_some(word + (1 << PROBE_SHIFT))
        };
        self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, take).is_ok()
    }

    /// Gives the place of a probe of `generation` back, unless a newer one has begun.
    pub(super) fn return_probe(&self, generation: u64) {
        let give = |word: u64| {
            let phase = decode(word);
            (phase.generation == generation && phase.probes > 0).then(|| word - (1 << PROBE_SHIFT))
        };
        let _ = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, give);
    }

    /// Ends the ramp of `generation`.
    pub(super) fn end_ramp(&self, generation: u64) {
        let end = |word: u64| (decode(word).generation == generation).then_some(word & !RAMPING);
        let _ = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, end);
    }
}

#[allow(clippy::cast_lossless, reason = "`From` is not const")]
const fn encode(phase: Phase) -> u64 {
    (phase.generation << GENERATION_SHIFT)
        | ((phase.probes as u64) << PROBE_SHIFT)
        | if phase.ramping { RAMPING } else { 0 }
        | if phase.shadow { SHADOW } else { 0 }
        | phase.state as u64
}

#[inline]
#[allow(clippy::cast_possible_truncation, reason = "eight bits are meant")]
const fn decode(word: u64) -> Phase {
    let state = match word & STATE {
        0 => CircuitState::Closed,
        1 => CircuitState::Open,
        2 => CircuitState::HalfOpen,
        3 => CircuitState::ForcedOpen,
        _ => CircuitState::Disabled,
    };
    Phase {
        generation: word >> GENERATION_SHIFT,
        state,
        probes: (word >> PROBE_SHIFT) as u8,
        ramping: word & RAMPING != 0,
        shadow: word & SHADOW != 0,
    }
}

impl Phase {
    /// Whether calls are refused without looking further.
    #[inline]
    pub(super) const fn refuses(self, places: u64) -> bool {
        match self.state {
            CircuitState::Open | CircuitState::ForcedOpen => true,
            CircuitState::HalfOpen => self.probes as u64 >= places,
            CircuitState::Closed | CircuitState::Disabled => false,
        }
    }
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_word_says_what_it_was_told() {
        for state in CircuitState::ALL {
            let phase =
                Phase { generation: 1 << 40, state, probes: 255, ramping: true, shadow: true };
            assert_eq!(Word::new(phase).read(), phase);
        }
    }
}

#[cfg(all(test, ms_loom))]
mod loom_tests {
    use std::sync::Arc;

    use super::*;

    const HALF_OPEN: Phase = Phase {
        generation: 3,
        state: CircuitState::HalfOpen,
        probes: 0,
        ramping: false,
        shadow: false,
    };

    #[test]
    fn loom_s_cb_4_one_place_is_taken_by_one() {
        loom::model(|| {
            let word = Arc::new(Word::new(HALF_OPEN));
            let theirs = Arc::clone(&word);
            let thread = loom::thread::spawn(move || theirs.take_probe(3, 1));
            let mine = word.take_probe(3, 1);
            assert!(mine != thread.join().unwrap());
            assert_eq!(word.read().probes, 1);
        });
    }

    #[test]
    fn loom_s_cb_3_a_straggler_frees_no_place_of_a_newer_generation() {
        loom::model(|| {
            let word = Arc::new(Word::new(Phase { probes: 1, ..HALF_OPEN }));
            let theirs = Arc::clone(&word);
            let straggler = loom::thread::spawn(move || theirs.return_probe(3));
            word.set(Phase { generation: 4, probes: 0, ..HALF_OPEN });
            assert!(word.take_probe(4, 1));
            straggler.join().unwrap();
            assert_eq!(word.read().probes, 1);
        });
    }
}
