//! Pure: which of two limits ends a call, and when.

use std::time::Duration;

use ms_core::clock::Instant;
use ms_core::deadline::{Deadline, Limit};
use ms_core::rejection::Reason;

use super::reason::DEADLINE;

/// When a call is over, and why.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cutoff {
    pub(super) deadline: Deadline,
    pub(super) reason: &'static Reason,
    /// Our own limit, as it was when the time began to run.
    pub(super) limit: Duration,
}

impl Cutoff {
    /// A call may take `own`, which is exceeded for `reason`, and its caller has `caller`; the
    /// time starts to run at `now`.
    #[inline]
    pub(super) fn new(own: Duration, reason: &'static Reason, caller: Limit, now: Instant) -> Self {
        let (limit, own) = (own, Deadline::after(now, own));
        match caller.start(now) {
            Some(deadline) if deadline < own => Self { deadline, reason: &DEADLINE, limit },
            _ => Self { deadline: own, reason, limit },
        }
    }
}

#[cfg(test)]
mod tests {
    use ms_core::clock::{later, now};
    use proptest::prelude::*;

    use super::super::reason::ATTEMPT;
    use super::*;

    fn seconds(seconds: Option<u64>) -> Option<Duration> {
        seconds.map(Duration::from_secs)
    }

    proptest! {
        #[test]
        fn s_to_2_a_limit_is_cut_to_what_remains_of_the_deadline(
            own in 0_u64..20,
            at in prop::option::of(0_u64..20),
            within in prop::option::of(0_u64..20),
        ) {
            let now = now();
            let at_limit = Limit::from(seconds(at).map(|at| Deadline::after(now, at)));
            let caller = seconds(within).map_or(at_limit, |d| at_limit.and(Limit::within(d)));

            let cutoff = Cutoff::new(Duration::from_secs(own), &ATTEMPT, caller, now);

            let nearest = at.into_iter().chain(within).fold(own, u64::min);
            let expected = later(now, Duration::from_secs(nearest));
            prop_assert_eq!(cutoff.deadline.moment(), expected);
            prop_assert_eq!(cutoff.reason == &ATTEMPT, nearest == own);
        }
    }
}
