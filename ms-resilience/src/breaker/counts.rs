//! Pure: what was counted, and what that means.

use std::ops::Add;

/// What a window holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) calls: u64,
    pub(super) failures: u64,
    pub(super) slow: u64,
}

/// One outcome that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) failed: bool,
    pub(super) slow: bool,
}

/// From where on a circuit opens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Thresholds {
    pub(super) minimum_calls: u64,
    pub(super) failure_rate: f64,
    pub(super) slow_rate: f64,
}

/// Why a circuit opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    FailureRate,
    SlowRate,
    ConsecutiveFailures,
    ProbesFailed,
    ProbesTookTooLong,
}

impl Cause {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::FailureRate => "failure_rate",
            Self::SlowRate => "slow_rate",
            Self::ConsecutiveFailures => "consecutive_failures",
            Self::ProbesFailed => "probes_failed",
            Self::ProbesTookTooLong => "probes_took_too_long",
        }
    }
}

impl Seen {
    /// Whether it can be the one that opens the circuit once the minimum is reached.
    #[inline]
    pub(super) const fn is_bad(self) -> bool {
        self.failed || self.slow
    }
}

impl Thresholds {
    /// Why `counts` open the circuit, if they do.
    pub(super) fn exceeded(&self, counts: Counts) -> Option<Cause> {
        if counts.calls < self.minimum_calls {
            None
        } else if reaches(counts.failures, counts.calls, self.failure_rate) {
            Some(Cause::FailureRate)
        } else if reaches(counts.slow, counts.calls, self.slow_rate) {
            Some(Cause::SlowRate)
        } else {
            None
        }
    }

    /// What `counts` of probes mean of which `probes` decide: open again, close, or wait.
    pub(super) fn decided(&self, counts: Counts, probes: u64) -> Option<Result<(), Cause>> {
        let failed = reaches(counts.failures, probes, self.failure_rate);
        if failed || reaches(counts.slow, probes, self.slow_rate) {
            return Some(Err(Cause::ProbesFailed));
        }
        // Whatever the rest does, it is not enough any more to open the circuit again.
        let rest = probes.saturating_sub(counts.calls);
        let safe = |bad, rate| !reaches(bad + rest, probes, rate);
        let is_safe = safe(counts.failures, self.failure_rate) && safe(counts.slow, self.slow_rate);
        (is_safe || rest == 0).then_some(Ok(()))
    }
}

#[cfg(test)]
impl From<Seen> for Counts {
    fn from(seen: Seen) -> Self {
        Self { calls: 1, failures: seen.failed.into(), slow: seen.slow.into() }
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            failures: self.failures + other.failures,
            slow: self.slow + other.slow,
        }
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), Add::add)
    }
}

/// Whether `part` is at least the share `rate` of `whole`; nothing of nothing is not.
#[allow(clippy::cast_precision_loss, reason = "counts are below 2^53")]
fn reaches(part: u64, whole: u64, rate: f64) -> bool {
    part > 0 && part as f64 >= rate * whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: Thresholds = Thresholds { minimum_calls: 10, failure_rate: 0.5, slow_rate: 0.5 };

    const fn counts(calls: u64, failures: u64, slow: u64) -> Counts {
        Counts { calls, failures, slow }
    }

    #[test]
    fn s_cb_2_a_rate_counts_from_the_minimum_on_and_reaching_it_is_enough() {
        assert_eq!(HALF.exceeded(counts(9, 9, 0)), None);
        assert_eq!(HALF.exceeded(counts(10, 5, 0)), Some(Cause::FailureRate));
        assert_eq!(HALF.exceeded(counts(10, 4, 5)), Some(Cause::SlowRate));
        assert_eq!(HALF.exceeded(counts(10, 4, 4)), None);
    }

    #[test]
    fn s_cb_5_enough_successes_close_early_and_a_hopeless_case_reopens_early() {
        assert_eq!(HALF.decided(counts(1, 0, 0), 3), None);
        assert_eq!(HALF.decided(counts(2, 0, 0), 3), Some(Ok(())));
        assert_eq!(HALF.decided(counts(2, 1, 0), 3), None);
        assert_eq!(HALF.decided(counts(3, 1, 0), 3), Some(Ok(())));
        assert_eq!(HALF.decided(counts(2, 2, 0), 3), Some(Err(Cause::ProbesFailed)));
        assert_eq!(HALF.decided(counts(1, 1, 0), 1), Some(Err(Cause::ProbesFailed)));
    }

    #[test]
    fn a_rate_of_one_is_reached_when_all_failed() {
        let all = Thresholds { failure_rate: 1.0, ..HALF };
        assert_eq!(all.exceeded(counts(10, 9, 0)), None);
        assert_eq!(all.exceeded(counts(10, 10, 0)), Some(Cause::FailureRate));
    }
}
