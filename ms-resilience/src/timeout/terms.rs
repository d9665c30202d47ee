//! Pure: which of two limits ends a call, and when.

use std::time::Duration;

use ms_core::clock::Instant;
use ms_core::deadline::{Deadline, Limit};
use ms_core::rejection::Reason;

use super::reason::DEADLINE;

/// What a call may take: our own limit, and the time that its caller has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    own: Duration,
    reason: &'static Reason,
    caller: Limit,
    /// Known once the time runs.
    cutoff: Option<Cutoff>,
}

/// When a call is over, and why.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cutoff {
    pub(super) deadline: Deadline,
    pub(super) reason: &'static Reason,
}

impl Terms {
    #[inline]
    pub(super) const fn new(own: Duration, reason: &'static Reason, caller: Limit) -> Self {
        Self { own, reason, caller, cutoff: None }
    }

    /// When the call is over, if its time runs.
    #[inline]
    pub(super) const fn cutoff(&self) -> Option<Cutoff> {
        self.cutoff
    }

    /// The time starts to run at `now`, unless it runs already.
    pub(super) fn start(&mut self, now: Instant) -> Cutoff {
        if let Some(cutoff) = self.cutoff {
            return cutoff;
        }
        let own = Deadline::after(now, self.own);
        let cutoff = match self.caller.start(now) {
            Some(deadline) if deadline < own => Cutoff { deadline, reason: &DEADLINE },
            _ => Cutoff { deadline: own, reason: self.reason },
        };
        self.cutoff = Some(cutoff);
        cutoff
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
            let mut terms = Terms::new(Duration::from_secs(own), &ATTEMPT, caller);

            let cutoff = terms.start(now);

            let nearest = at.into_iter().chain(within).fold(own, u64::min);
            let expected = later(now, Duration::from_secs(nearest));
            prop_assert_eq!(cutoff.deadline.moment(), expected);
            prop_assert_eq!(cutoff.reason == &ATTEMPT, nearest == own);
        }
    }
}
