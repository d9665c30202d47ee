//! What a call holds of its circuit.

use std::fmt;

use ms_core::lease::Lease;
use ms_core::tally::Tally;

use super::metric::CallOutcome;
use super::state::State;

/// What a call holds of a circuit: of [the one of a layer](Held), or of the one of a key.
pub trait Hold {
    /// Where the call is looked at and counted.
    fn seat(&self) -> Seat<'_>;
}

/// Where a call is looked at and counted. Only circuits have one.
pub struct Seat<'a> {
    pub(super) state: &'a State,
    pub(super) tally: &'a Tally<CallOutcome>,
    pub(super) stripe: usize,
}

/// What a call holds of the circuit of a layer.
pub struct Held(Lease<State, Tally<CallOutcome>>);

impl Held {
    #[inline]
    pub(super) const fn new(lease: Lease<State, Tally<CallOutcome>>) -> Self {
        Self(lease)
    }
}

impl Hold for Held {
    #[inline]
    fn seat(&self) -> Seat<'_> {
        let Self(lease) = self;
        Seat { state: lease.shared(), tally: lease.counters(), stripe: lease.stripe() }
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Held").field(&self.0.shared().voice.name()).finish()
    }
}

impl fmt::Debug for Seat<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Seat").field(&self.state.voice.name()).finish()
    }
}
