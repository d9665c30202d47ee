//! Failovers, of calls that the endpoint answers which is asked first.

use std::task::{Context, Poll};

use ms_core::availability::{AlwaysAvailable, Availability, Available};
use ms_core::clock::Instant;
use ms_core::repeat::Plain;
use ms_core::verdict::Errors;
use ms_resilience::breaker::CircuitBreakerLayer;
use ms_resilience::failover::Failover;
use tower_layer::Layer;
use tower_service::Service;

use crate::case::Case;
use crate::drive::{pending_once, ready};
use crate::inner::{Answer, Echo, Fallible};

pub(super) const CASES: [Case; 5] = [
    Case::ours("failover", |calls| ready(over([open(); 3]), calls)),
    Case::ours("failover/pending", |calls| {
        pending_once(over([AlwaysAvailable::new(Echo::late()); 3]), calls);
    }),
    Case::ours("failover/fallible", |calls| {
        ready(over([AlwaysAvailable::new(Fallible::new(Echo::at_once())); 3]), calls);
    }),
    Case::ours("failover/breaker", |calls| {
        let circuit = CircuitBreakerLayer::named("bench").layer(Echo::at_once());
        ready(over([circuit.clone(), circuit]), calls);
    }),
    Case::ours("failover/away", |calls| {
        let shut = Shut { echo: Echo::at_once(), is_shut: true };
        ready(over([shut, Shut { is_shut: false, ..shut }]), calls);
    }),
];

fn open() -> AlwaysAvailable<Echo> {
    AlwaysAvailable::new(Echo::at_once())
}

/// With a budget that successes fund.
#[allow(clippy::expect_used, reason = "constants")]
fn over<S, const N: usize>(
    endpoints: [S; N],
) -> Failover<S, Plain<impl Fn(&u32) -> bool + Clone>, Errors>
where
    S: Available + Clone,
{
    Failover::named("bench", endpoints).expect("there are some").plain(|request: &u32| *request > 1)
}

/// An endpoint that is perhaps never available.
#[derive(Debug, Clone, Copy)]
struct Shut {
    echo: Echo,
    is_shut: bool,
}

impl Available for Shut {
    fn availability(&self, _: Instant) -> Availability {
        if self.is_shut { Availability::Closed } else { Availability::Now }
    }
}

impl Service<u32> for Shut {
    type Response = u32;
    type Error = <Echo as Service<u32>>::Error;
    type Future = Answer;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.echo.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: u32) -> Answer {
        self.echo.call(request)
    }
}
