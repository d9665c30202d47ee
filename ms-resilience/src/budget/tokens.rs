//! Pure: tokens, of which there are never less than none, nor more than the cap.

use ms_core::sync::{AtomicU64, Ordering};

/// A token in the unit in which they are counted, so that no sum is ever rounded.
pub(super) const ONE: u32 = 100_000;

/// `tokens` in that unit, rounded to the nearest.
pub(super) fn units(tokens: f64) -> u32 {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "validated to be at most 10,000 tokens; anything else saturates"
    )]
    let units = (tokens * f64::from(ONE)).round() as u32;
    units
}

/// Units as tokens, to be looked at.
pub(super) fn tokens(units: u32) -> f64 {
    f64::from(units) / f64::from(ONE)
}

/// What is held, and the most that may be: one word, so that they always belong together.
///
/// Its lower half is what is missing to the cap, so that a look whether it is full is a look for
/// zero.
#[derive(Debug)]
pub(super) struct Tokens(AtomicU64);

/// Both at one moment, in units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) units: u32,
    pub(super) cap: u32,
}

impl Held {
    const fn unpack(word: u64) -> Self {
        #[allow(clippy::cast_possible_truncation, reason = "one half of the word each")]
        let (missing, cap) = (word as u32, (word >> 32) as u32);
        Self { units: cap.saturating_sub(missing), cap }
    }

    const fn pack(self) -> u64 {
        (self.cap as u64) << 32 | self.cap.saturating_sub(self.units) as u64
    }
}

impl Tokens {
    pub(super) fn new(held: Held) -> Self {
        Self(AtomicU64::new(held.pack()))
    }

    pub(super) fn read(&self) -> Held {
        Held::unpack(self.0.load(Ordering::Relaxed))
    }

    /// Whether nothing can be added.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        #[allow(clippy::cast_possible_truncation, reason = "the half that says what is missing")]
        let missing = self.0.load(Ordering::Relaxed) as u32;
        missing == 0
    }

    /// Adds `units`, up to the cap.
    pub(super) fn add(&self, units: u32) {
        self.update(|held| {
            let sum = held.units.saturating_add(units).min(held.cap);
            (sum > held.units).then_some(Held { units: sum, ..held })
        });
    }

    /// Takes `units` if all of them are there.
    pub(super) fn take(&self, units: u32) -> bool {
        self.update(|held| Some(Held { units: held.units.checked_sub(units)?, ..held }))
    }

    /// Takes `units`, or as many as are there.
    pub(super) fn drain(&self, units: u32) {
        self.update(|held| Some(Held { units: held.units.saturating_sub(units), ..held }));
    }

    /// Starts anew.
    pub(super) fn set(&self, held: Held) {
        self.0.store(held.pack(), Ordering::Relaxed);
    }

    /// Changes the cap. What exceeds it is gone.
    pub(super) fn set_cap(&self, cap: u32) {
        self.update(|held| Some(Held { units: held.units.min(cap), cap }));
    }

    fn update(&self, change: impl Fn(Held) -> Option<Held>) -> bool {
        let change = |word| change(Held::unpack(word)).map(Held::pack);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, change).is_ok()
    }
}
