//! Failovers, of calls that the first endpoint answers.

use ms_core::availability::{AlwaysAvailable, Available};
use ms_core::repeat::Plain;
use ms_core::verdict::Errors;
use ms_resilience::breaker::CircuitBreakerLayer;
use ms_resilience::failover::Failover;
use tower_layer::Layer;

use crate::case::Case;
use crate::drive::{pending_once, ready};
use crate::inner::Echo;

pub(super) const CASES: [Case; 3] = [
    Case::ours("failover", |calls| ready(over(AlwaysAvailable::new(Echo::at_once())), calls)),
    Case::ours("failover/pending", |calls| {
        pending_once(over(AlwaysAvailable::new(Echo::late())), calls);
    }),
    Case::ours("failover/breaker", |calls| {
        ready(over(CircuitBreakerLayer::named("bench").layer(Echo::at_once())), calls);
    }),
];

/// Three endpoints, and a budget that successes fund.
#[allow(clippy::expect_used, reason = "a constant")]
fn over<S>(endpoint: S) -> Failover<S, Plain<impl Fn(&u32) -> bool + Clone>, Errors>
where
    S: Available + Clone,
{
    let endpoints = [endpoint.clone(), endpoint.clone(), endpoint];
    Failover::named("bench", endpoints).expect("three are some").plain(|_: &u32| true)
}
