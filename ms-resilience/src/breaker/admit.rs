//! Who is let through.

use ms_core::clock::now;
use ms_core::rejection::{Reason, Rejection};

use super::notice::Notice;
use super::reason::{FORCED_OPEN, HALF_OPEN, OPEN, RAMPING};
use super::state::State;
use super::word::{CircuitState, Glance, Phase};

/// The share that is admitted at the beginning of a ramp.
const FIRST_SHARE: f64 = 0.1;

/// How a call was let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pass {
    pub(super) generation: u64,
    pub(super) kind: Kind,
}

/// What becomes of the outcome of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It counts in the window.
    Call,
    /// It decides on a half-open circuit, and holds one of its places.
    Probe,
    /// Nobody looks at it.
    Unseen,
}

impl State {
    /// Whether a call is let through now.
    #[inline]
    pub(super) fn admit(&self) -> Result<Pass, Rejection> {
        let phase = self.word.read();
        if phase.state == CircuitState::Closed && !phase.ramping {
            return Ok(Pass { generation: phase.generation, kind: Kind::Call });
        }
        self.admit_otherwise(phase)
    }

    #[inline(never)]
    fn admit_otherwise(&self, phase: Phase) -> Result<Pass, Rejection> {
        let pass = |kind| Ok(Pass { generation: phase.generation, kind });
        let refused = match phase.state {
            CircuitState::Disabled => return pass(Kind::Unseen),
            CircuitState::ForcedOpen => Rejection::new(&FORCED_OPEN, self.voice.name()),
            CircuitState::Closed => match self.ramp(phase) {
                None => return pass(Kind::Call),
                Some(rejection) => rejection,
            },
            CircuitState::Open | CircuitState::HalfOpen => match self.probe(phase) {
                Ok(pass) => return Ok(pass),
                Err(rejection) => rejection,
            },
        };
        if phase.shadow && phase.state != CircuitState::ForcedOpen {
            return pass(Kind::Unseen);
        }
        Err(refused)
    }

    /// A place for a probe, if the open time is over and one is left.
    fn probe(&self, mut phase: Phase) -> Result<Pass, Rejection> {
        let (now, notice) = (now(), &self.more().notice);
        let nanos = self.nanos(now);
        if nanos >= notice.until() {
            match phase.state {
                CircuitState::Open => self.half_open(phase.generation, now),
                // None is under way, and none was bad: too few calls came to decide.
                _ if phase.probes == 0 && !self.has_bad_probe(phase.generation) => {
                    self.prolong(phase.generation, now);
                }
                // The probes have had their time.
                _ => self.give_up_probing(phase.generation, now),
            }
            phase = self.word.read();
        }
        let generation = phase.generation;
        match phase.state {
            CircuitState::HalfOpen
                if self.word.take_probe(generation, self.rules.settings.probes()) =>
            {
                Ok(Pass { generation, kind: Kind::Probe })
            }
            CircuitState::HalfOpen => Err(self.refuse(&HALF_OPEN, notice, nanos)),
            // It was closed in the meantime, by whoever was quicker.
            CircuitState::Closed => Ok(Pass { generation, kind: Kind::Call }),
            CircuitState::Disabled => Ok(Pass { generation, kind: Kind::Unseen }),
            CircuitState::ForcedOpen => Err(Rejection::new(&FORCED_OPEN, self.voice.name())),
            CircuitState::Open => Err(self.refuse(&OPEN, notice, nanos)),
        }
    }

    /// After closing: refuses all but a growing share.
    fn ramp(&self, phase: Phase) -> Option<Rejection> {
        let now = now();
        let passed = now.saturating_duration_since(self.since());
        let ramp = self.rules.settings.ramp().filter(|ramp| passed < *ramp);
        let Some(ramp) = ramp else {
            self.word.end_ramp(phase.generation);
            return None;
        };
        let share = (passed.as_secs_f64() / ramp.as_secs_f64()).max(FIRST_SHARE);
        if self.rules.rng.chance(share) {
            return None;
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
        let percent = (share * 100.0) as u32;
        let rejection = Rejection::new(&RAMPING, self.voice.name());
        Some(rejection.because([percent, 0, 0, 0]).retry_after(ramp.saturating_sub(passed)))
    }

    /// Why a call is refused now that came upon a `glance`, if it is open for longer.
    #[inline]
    pub(super) fn refused(&self, glance: Glance) -> Option<Rejection> {
        if !glance.is_open() {
            return None;
        }
        let notice = &self.if_more()?.notice;
        let nanos = self.nanos(now());
        (nanos < notice.until()).then(|| self.refuse(&OPEN, notice, nanos))
    }

    #[inline]
    fn refuse(&self, reason: &'static Reason, notice: &Notice, now: u64) -> Rejection {
        let [calls, failures, slow] = notice.numbers();
        let open_millis = now.saturating_sub(notice.since()) / 1_000_000;
        let open_millis = u32::try_from(open_millis).unwrap_or(u32::MAX);
        let wait = notice.until().saturating_sub(now).max(1);
        Rejection::new(reason, self.voice.name())
            .because([calls, failures, slow, open_millis])
            .retry_after_nanos(wait)
    }
}
