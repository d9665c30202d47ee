//! Bulkheads through their public names.

mod admission;
#[cfg(feature = "http")]
mod bodies;
mod keyed;
#[cfg(ms_loom)]
mod loom;
mod model;
mod observed;
mod settings;
mod stress;
mod waiting;

use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use ms_core::registry::Registry;
use ms_core::rejection::{Reason, Rejectable, Rejection};
use ms_core::testing::probe::{Answer, Probe, ProbeHandle};
use ms_core::testing::wakes::Wakes;
use tower::{Layer, Service};

use super::{Bulkhead, BulkheadConfig, BulkheadLayer, BulkheadService};

type Inner = Probe<u32, u32, Rejection>;
type Handle = ProbeHandle<u32, u32, Rejection>;
type Call = Pin<Box<<BulkheadService<Inner> as Service<u32>>::Future>>;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Answers with the request when the handle releases it.
fn held() -> (Inner, Handle) {
    Probe::with_error(|request| Answer::ready(request).held())
}

/// A bulkhead in a registry of its own, before a service whose answers are held.
struct Stand {
    registry: Registry,
    service: BulkheadService<Inner>,
    handle: Bulkhead,
    inner: Handle,
}

impl Stand {
    fn new(config: &BulkheadConfig) -> Self {
        let registry = Registry::new();
        let layer = BulkheadLayer::new("users", config).unwrap().registry(&registry);
        let (probe, inner) = held();
        Self { registry, service: layer.layer(probe), handle: layer.handle(), inner }
    }

    /// Makes the service ready and calls it.
    fn call(&mut self, request: u32) -> Call {
        assert!(Wakes::new().poll_ready(&mut self.service).is_ready());
        Box::pin(self.service.call(request))
    }

    /// The same for a call that is polled once, and waits or is under way after that.
    fn pending(&mut self, request: u32) -> Call {
        let mut call = self.call(request);
        assert!(poll(&mut call).is_pending());
        call
    }

    /// How many are in flight, and how many wait.
    fn counts(&self) -> (u32, u32) {
        let seen = self.handle.snapshot();
        (seen.in_flight, seen.waiting)
    }
}

/// One place, and so many who may wait for 100 ms.
fn queue_of(max_queue: u32) -> Stand {
    Stand::new(&BulkheadConfig::new(1).max_queue(max_queue))
}

fn poll(call: &mut Call) -> Poll<Result<u32, Rejection>> {
    Wakes::new().poll(call.as_mut())
}

/// What a call gave that is over.
fn result(call: &mut Call) -> Result<u32, Rejection> {
    match poll(call) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("it is not over"),
    }
}

fn is<T, E: Rejectable>(result: &Result<T, E>, reason: &Reason) -> bool {
    let rejection = result.as_ref().err().and_then(Rejectable::as_rejection);
    rejection.is_some_and(|rejection| rejection.is(reason))
}
