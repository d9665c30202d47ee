//! The state that all services of one layer share, as the registry sees it.

use std::fmt;
use std::sync::Arc;

use ms_core::lease::Leases;
use ms_core::principal::Principal;
use ms_core::registry::{Anew, Metric, Policy, Readings, Voice};
use ms_core::rejection::{Reason, Rejection};
use ms_core::tally::{Outcome, Tally};

use super::reason::{NOT_ALLOWED, UNKNOWN_CALLER};
use super::rule::Rule;

/// Calls by what was decided.
pub const AUTHORIZATIONS: Metric =
    Metric::new("auth.authorizations", "{call}", "Calls by what was decided.");

/// What all services of a layer share.
#[derive(Debug)]
pub(super) struct Handle {
    leases: Leases<State, Tally<Decision>>,
}

#[derive(Debug)]
struct State {
    voice: Voice,
    rule: Rule,
}

#[derive(Debug, Clone, Copy)]
enum Decision {
    Allowed,
    Unknown,
    Denied,
}

impl Outcome for Decision {
    const ALL: &'static [(Self, &'static str)] =
        &[(Self::Allowed, "allowed"), (Self::Unknown, "unknown"), (Self::Denied, "denied")];
    const ABANDONED: Self = Self::Denied;

    fn index(self) -> usize {
        self as usize
    }
}

impl Handle {
    pub(super) fn new(voice: Voice, rule: Rule) -> Self {
        Self { leases: Leases::striped(State { voice, rule }) }
    }

    /// Decides on a call of `principal`.
    ///
    /// # Errors
    /// Why it is not let through.
    pub(super) fn decide(&self, principal: Option<&Arc<Principal>>) -> Result<(), Rejection> {
        let (state, tally) = (self.leases.shared(), self.leases.counters());
        let (decision, reason) = match principal {
            Some(principal) if state.rule.allows(principal) => {
                tally.count(Decision::Allowed);
                return Ok(());
            }
            Some(_) => (Decision::Denied, &NOT_ALLOWED),
            None => (Decision::Unknown, &UNKNOWN_CALLER),
        };
        tally.count(decision);
        Err(state.refuse(reason, principal))
    }
}

impl State {
    #[cold]
    fn refuse(&self, reason: &'static Reason, caller: Option<&Arc<Principal>>) -> Rejection {
        tracing::info!(
            target: "ms::authorize",
            policy = %self.voice.name(),
            caller = caller.map(|principal| principal.id()),
            rule = %self.rule,
            "{reason}",
        );
        Rejection::new(reason, self.voice.name())
    }
}

impl Policy for Handle {
    fn voice(&self) -> &Voice {
        &self.leases.shared().voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.leases.shared().rule)
    }

    fn read(&self, out: &mut dyn Readings) {
        Tally::read(&self.leases, &AUTHORIZATIONS, None, out);
    }
}

impl Anew for Handle {
    fn anew(&self, voice: Voice) -> Self {
        Self::new(voice, self.leases.shared().rule.clone())
    }
}
