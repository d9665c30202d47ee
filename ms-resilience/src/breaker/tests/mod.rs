//! Circuits through their public names.

mod attacked;
#[cfg(feature = "http")]
mod bodies;
mod by_hand;
mod forced;
mod half_open;
mod keyed;
#[cfg(ms_loom)]
mod loom;
mod model;
mod opening;
mod outcomes;
mod reloaded;
mod settings;
mod stress;

use std::time::Duration;

use ms_core::registry::Registry;
use ms_core::rejection::{Reason, Rejectable, Rejection};
use ms_core::testing::probe::{Answer, Probe, ProbeHandle};
use tower::{Layer, ServiceExt};

use super::{CircuitBreaker, CircuitBreakerConfig, CircuitBreakerLayer, CircuitBreakerService};

type Inner = Probe<u32, u32, Error>;
type Handle = ProbeHandle<u32, u32, Error>;
type Client = CircuitBreakerService<Inner, ms_core::verdict::Errors>;

/// What the service behind the circuit says.
#[derive(Debug)]
enum Error {
    Broken,
    Rejected(Rejection),
}
ms_core::rejectable!(Error::Rejected);

/// Requests of these numbers fail, hang and panic; others are answered after as many milliseconds.
const FAIL: u32 = 1_000_001;
const HANG: u32 = 1_000_002;
const PANIC: u32 = 1_000_003;
const PANIC_IN_CALL: u32 = 1_000_004;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn inner() -> (Inner, Handle) {
    Probe::with_error(|request| match request {
        0 => Answer::ready(0),
        FAIL => Answer::result(Err(Error::Broken)),
        HANG => Answer::never(),
        PANIC => Answer::panic_in_poll(),
        PANIC_IN_CALL => Answer::panic_in_call(),
        millis => Answer::ready(millis).after(ms(millis.into())),
    })
}

/// A circuit around a service that does as it is told, in a registry of its own.
struct Circuit {
    registry: Registry,
    layer: CircuitBreakerLayer,
    client: Client,
    handle: Handle,
}

/// Ten calls decide, and no chance is in it.
fn config() -> CircuitBreakerConfig {
    CircuitBreakerConfig::default().minimum_calls(10).open_jitter(0.0)
}

fn circuit(config: &CircuitBreakerConfig) -> Circuit {
    let registry = Registry::new();
    let layer = CircuitBreakerLayer::new("users", config).unwrap().registry(&registry);
    let (probe, handle) = inner();
    let client = layer.layer(probe);
    Circuit { registry, layer, client, handle }
}

impl Circuit {
    fn breaker(&self) -> CircuitBreaker {
        self.layer.handle()
    }

    async fn call(&self, request: u32) -> Result<u32, Error> {
        self.client.clone().oneshot(request).await
    }

    /// So many calls, one after the other.
    async fn calls(&self, number: usize, request: u32) {
        for _ in 0..number {
            let _ = self.call(request).await;
        }
    }

    /// A circuit that has opened, and whose open time is over.
    async fn opened_and_waited(config: &CircuitBreakerConfig) -> Self {
        let circuit = circuit(config);
        circuit.calls(10, FAIL).await;
        assert!(is(&circuit.call(0).await, &super::OPEN));
        ms_core::clock::sleep(config.open).await;
        circuit
    }

    /// So many calls that nobody waits for, and that have begun.
    async fn under_way(&self, number: usize) {
        for _ in 0..number {
            tokio::spawn(self.client.clone().oneshot(HANG));
        }
        ms_core::clock::sleep(ms(1)).await;
    }

    /// So many calls that are given up after `patience`, one after the other.
    async fn given_up(&self, number: usize, patience: Duration) {
        for _ in 0..number {
            assert!(within(patience, self.call(HANG)).await.is_none());
        }
    }

    fn count(&self, outcome: &str) -> u64 {
        let labels = [("outcome", outcome)];
        let count = ms_core::testing::reading::value(&self.registry, super::CALLS.name(), &labels);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
        let count = count.expect("every outcome is read") as u64;
        count
    }
}

fn is<T>(result: &Result<T, Error>, reason: &Reason) -> bool {
    let rejection = result.as_ref().err().and_then(Rejectable::as_rejection);
    rejection.is_some_and(|rejection| rejection.is(reason))
}

/// What comes of `future`, unless it takes longer than `patience`.
async fn within<F: Future>(patience: Duration, future: F) -> Option<F::Output> {
    tokio::select! {
        biased;
        output = future => Some(output),
        () = ms_core::clock::sleep(patience) => None,
    }
}
