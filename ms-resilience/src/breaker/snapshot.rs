//! How a circuit stands at one moment.

use ms_core::clock::Instant;

use super::counts::Counts;
use super::word::CircuitState;

/// How a circuit stands at one moment: to look at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Snapshot {
    pub(super) state: CircuitState,
    pub(super) counts: Counts,
    pub(super) probes: u64,
    pub(super) openings: u32,
    pub(super) since: Instant,
    pub(super) until: Option<Instant>,
}

impl Snapshot {
    /// In which state it is.
    #[must_use]
    pub const fn state(&self) -> CircuitState {
        self.state
    }

    /// How many calls the window holds.
    #[must_use]
    pub const fn calls(&self) -> u64 {
        self.counts.calls
    }

    /// How many of them failed.
    #[must_use]
    pub const fn failures(&self) -> u64 {
        self.counts.failures
    }

    /// How many of them were slow, or are under way and slow already.
    #[must_use]
    pub const fn slow(&self) -> u64 {
        self.counts.slow
    }

    /// How many probes are under way.
    #[must_use]
    pub const fn probes(&self) -> u64 {
        self.probes
    }

    /// How often it opened in a row.
    #[must_use]
    pub const fn openings(&self) -> u32 {
        self.openings
    }

    /// Since when it is in its state.
    #[must_use]
    pub const fn since(&self) -> Instant {
        self.since
    }

    /// When the state ends by itself.
    #[must_use]
    pub const fn until(&self) -> Option<Instant> {
        self.until
    }

    /// The share of failed calls; 0 without calls.
    #[must_use]
    pub fn failure_ratio(&self) -> f64 {
        ratio(self.counts.failures, self.counts.calls)
    }

    /// The share of slow calls; 0 without calls.
    #[must_use]
    pub fn slow_ratio(&self) -> f64 {
        ratio(self.counts.slow, self.counts.calls)
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts are below 2^53")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
