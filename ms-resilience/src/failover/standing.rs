//! Pure: how one endpoint stands, in one word. Moments are milliseconds of the policy.

use ms_core::sync::{AtomicU64, Ordering};

/// By which an endpoint stands or falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    /// So many failures in a row, and it is left.
    pub(super) failures: u64,
    /// For how long its share grows when it returns, in milliseconds.
    pub(super) return_over: u64,
    /// Nobody returns: calls stay where they are answered.
    pub(super) sticky: bool,
}

/// Whether calls go to an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// All do; so many failed in a row.
    Trusted { failures: u64 },
    /// None does but one that finds out, from this moment on.
    Away { until: u64 },
    /// A share of them does, which grows from this moment on. It is doubted if the last one failed.
    Returning { since: u64, doubted: bool },
}

/// What the word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stand {
    /// How often the phase has changed.
    pub(super) generation: u32,
    /// How often somebody went to find out since it was trusted.
    pub(super) probes: u64,
    pub(super) phase: Phase,
}

/// A change of phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Left,
    Returns,
    Returned,
}

/// How one endpoint stands.
#[derive(Debug)]
pub(super) struct Standing(AtomicU64);

// `generation · payload · probes · phase`, of which a trusted endpoint without failures has only
// the first.
const PHASE: u64 = 0b11;
const PROBES: u64 = 0b111;
const PROBES_SHIFT: u32 = 2;
const PAYLOAD: u64 = (1 << 42) - 1;
const PAYLOAD_SHIFT: u32 = 5;
const GENERATION: u32 = (1 << 17) - 1;
const GENERATION_SHIFT: u32 = 47;

impl Rules {
    /// How long nobody goes to an endpoint to which somebody went to find out so many times.
    fn pause(self, probes: u64) -> u64 {
        let first = (self.return_over / 10).max(1);
        (first << probes.min(PROBES)).min(self.return_over)
    }
}

impl Stand {
    const NEW: Self = Self { generation: 0, probes: 0, phase: Phase::Trusted { failures: 0 } };

    /// The share of calls that goes to it, were it the first.
    pub(super) fn share(self, now: u64, rules: Rules) -> f64 {
        match self.phase {
            Phase::Trusted { .. } => 1.0,
            Phase::Away { .. } => 0.0,
            Phase::Returning { since, .. } => {
                #[allow(clippy::cast_precision_loss, reason = "moments have 42 bits")]
                let (age, all) = (now.saturating_sub(since) as f64, rules.return_over as f64);
                (age / all).min(1.0)
            }
        }
    }

    fn after_success(self, generation: u32, now: u64, rules: Rules) -> Option<Self> {
        match self.phase {
            _ if self.generation != generation => None,
            Phase::Trusted { failures: 0 } => None,
            Phase::Trusted { .. } => Some(self.with(Phase::Trusted { failures: 0 })),
            Phase::Away { .. } | Phase::Returning { .. } if rules.sticky => {
                Some(self.into(Phase::Trusted { failures: 0 }))
            }
            Phase::Away { .. } => Some(self.into(Phase::Returning { since: now, doubted: false })),
            Phase::Returning { since, doubted } => {
                doubted.then(|| self.with(Phase::Returning { since, doubted: false }))
            }
        }
    }

    fn into(self, phase: Phase) -> Self {
        let probes = if matches!(phase, Phase::Trusted { .. }) { 0 } else { self.probes };
        Self { generation: self.generation.wrapping_add(1) & GENERATION, probes, phase }
    }

    const fn with(self, phase: Phase) -> Self {
        Self { phase, ..self }
    }

    const fn decode(word: u64) -> Self {
        let payload = word >> PAYLOAD_SHIFT & PAYLOAD;
        let phase = match word & PHASE {
            0 => Phase::Trusted { failures: payload },
            1 => Phase::Away { until: payload },
            _ => Phase::Returning { since: payload >> 1, doubted: payload & 1 == 1 },
        };
        let probes = word >> PROBES_SHIFT & PROBES;
        Self { generation: generation(word), probes, phase }
    }

    /// A moment that is further than 69 years is cut to that.
    fn encode(self) -> u64 {
        let (phase, payload) = match self.phase {
            Phase::Trusted { failures } => (0, failures.min(PAYLOAD)),
            Phase::Away { until } => (1, until.min(PAYLOAD)),
            Phase::Returning { since, doubted } => {
                (2, since.min(PAYLOAD >> 1) << 1 | u64::from(doubted))
            }
        };
        let probes = self.probes.min(PROBES);
        u64::from(self.generation) << GENERATION_SHIFT
            | payload << PAYLOAD_SHIFT
            | probes << PROBES_SHIFT
            | phase
    }
}

impl Standing {
    /// A trusted one.
    pub(super) fn new() -> Self {
        Self(AtomicU64::new(Stand::NEW.encode()))
    }

    pub(super) fn read(&self) -> Stand {
        Stand::decode(self.0.load(Ordering::Relaxed))
    }

    /// The generation, if it is trusted.
    #[inline]
    pub(super) fn trusted(&self) -> Option<u32> {
        let word = self.0.load(Ordering::Relaxed);
        if word & PHASE == 0 { Some(generation(word)) } else { None }
    }

    /// Whether a success changes nothing.
    #[inline]
    pub(super) fn is_sound(&self) -> bool {
        self.0.load(Ordering::Relaxed) & (PAYLOAD << PAYLOAD_SHIFT | PHASE) == 0
    }

    /// Whether a success of a call that was admitted in `generation` changes anything.
    pub(super) fn heeds_success(&self, generation: u32, rules: Rules) -> bool {
        self.read().after_success(generation, 0, rules).is_some()
    }

    /// A call that was admitted in `generation` succeeded.
    pub(super) fn succeed(&self, generation: u32, now: u64, rules: Rules) -> Option<Change> {
        self.update(|stand| stand.after_success(generation, now, rules))
    }

    /// A call that was admitted in `generation` failed.
    pub(super) fn fail(&self, generation: u32, now: u64, rules: Rules) -> Option<Change> {
        self.update(|stand| {
            let away = Phase::Away { until: now.saturating_add(rules.pause(stand.probes)) };
            match stand.phase {
                _ if stand.generation != generation => None,
                Phase::Trusted { failures } if failures + 1 < rules.failures => {
                    Some(stand.with(Phase::Trusted { failures: failures + 1 }))
                }
                Phase::Returning { since, doubted: false } => {
                    Some(stand.with(Phase::Returning { since, doubted: true }))
                }
                Phase::Trusted { .. } | Phase::Returning { .. } => Some(stand.into(away)),
                Phase::Away { .. } => None,
            }
        })
    }

    /// It is not available until then, or nobody knows until when.
    pub(super) fn shut(&self, until: Option<u64>, now: u64, rules: Rules) -> Option<Change> {
        // Not for longer than this: somebody may open it by hand.
        let longest = now.saturating_add(rules.return_over);
        let soon = now.saturating_add(rules.pause(0));
        let until = until.map_or(soon, |until| until.min(longest));
        self.update(|stand| match stand.phase {
            Phase::Trusted { .. } => Some(stand.into(Phase::Away { until })),
            Phase::Away { until: before } => {
                (until > before).then(|| stand.with(Phase::Away { until }))
            }
            // Time in which it could not be called is not time in which it succeeded.
            Phase::Returning { doubted, .. } => {
                Some(stand.with(Phase::Returning { since: now, doubted }))
            }
        })
    }

    /// Whether the caller is the one that goes there to find out.
    pub(super) fn probe(&self, generation: u32, now: u64, rules: Rules) -> bool {
        let next = |stand: Stand| {
            let Phase::Away { until } = stand.phase else { return None };
            let probes = stand.probes + 1;
            let until_then = now.saturating_add(rules.pause(probes));
            let is_mine = stand.generation == generation && until <= now;
            is_mine.then(|| Stand { probes, ..stand.with(Phase::Away { until: until_then }) })
        };
        self.exchange(next).is_ok()
    }

    /// Its share has grown to all, if it has.
    pub(super) fn promote(&self, now: u64, rules: Rules) -> Option<Change> {
        self.update(|stand| match stand.phase {
            Phase::Returning { .. } if stand.share(now, rules) >= 1.0 => {
                Some(stand.into(Phase::Trusted { failures: 0 }))
            }
            _ => None,
        })
    }

    /// It is trusted, whatever was seen of it.
    pub(super) fn reset(&self) -> Option<Change> {
        self.update(|stand| Some(stand.into(Phase::Trusted { failures: 0 })))
    }

    fn update(&self, next: impl Fn(Stand) -> Option<Stand>) -> Option<Change> {
        let before = Stand::decode(self.exchange(&next).ok()?);
        match (before.phase, next(before)?.phase) {
            (Phase::Trusted { .. }, Phase::Away { .. }) => Some(Change::Left),
            (Phase::Returning { .. }, Phase::Away { .. }) => Some(Change::Left),
            (Phase::Away { .. }, Phase::Returning { .. }) => Some(Change::Returns),
            (Phase::Away { .. } | Phase::Returning { .. }, Phase::Trusted { .. }) => {
                Some(Change::Returned)
            }
            _ => None,
        }
    }

    fn exchange(&self, next: impl Fn(Stand) -> Option<Stand>) -> Result<u64, u64> {
        let next = |word| next(Stand::decode(word)).map(Stand::encode);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next)
    }
}

#[inline]
#[allow(clippy::cast_possible_truncation, reason = "a generation has 17 bits")]
const fn generation(word: u64) -> u32 {
    (word >> GENERATION_SHIFT) as u32
}
