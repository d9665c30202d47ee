//! Caches through their public names.

#[cfg(feature = "http")]
mod bodies;
mod fresh;
mod handed_over;
mod model;
mod observed;
mod settings;
mod stale;
mod stress;

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use ms_core::error::Error;
use ms_core::registry::Registry;
use ms_core::testing::probe::{Answer, Probe, ProbeError, ProbeHandle};
use ms_core::testing::reading::value;
use ms_core::testing::wakes::Wakes;
use tower::{Layer, Service};

use super::super::degrade::{Degraded, Mark};
use super::super::{CALLS, FallbackLayer};
use super::{Cache, CacheConfig, CacheLayer, CacheService, Copies};

type Failure = Error<ProbeError>;
type Inner = Probe<u32, u32>;
type Handle = ProbeHandle<u32, u32>;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn broken() -> Answer<u32, Failure> {
    Answer::error(ProbeError::new("broken"))
}

/// What was said of the answers that came from the cache.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<Word>>>);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Word {
    Degraded(&'static str, Duration),
    Age(Duration),
}

impl Mark<u32> for Said {
    fn mark(&self, _: &mut u32, degraded: &Degraded) {
        assert_eq!(degraded.by, "cache");
        let word = Word::Degraded(degraded.reason, degraded.age.expect("it was kept"));
        self.0.lock().unwrap().push(word);
    }

    fn age(&self, _: &mut u32, age: Duration) {
        self.0.lock().unwrap().push(Word::Age(age));
    }
}

impl Said {
    fn take(&self) -> Vec<Word> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

type Key = fn(&u32) -> Option<u32>;
type Layered =
    CacheLayer<Key, u32, u32, Copies, ms_core::verdict::Errors, super::super::Failures, Said>;
type Stacked = CacheService<
    Inner,
    Key,
    u32,
    u32,
    Copies,
    ms_core::verdict::Errors,
    super::super::Failures,
    Said,
>;
type Call = Pin<Box<<Stacked as Service<u32>>::Future>>;

/// Requests below 1,000 have their last digit for a key; others are not cached.
const fn last_digit(request: &u32) -> Option<u32> {
    if *request < 1000 { Some(*request % 10) } else { None }
}

/// A cache in a registry of its own, before a service that answers with the request.
struct Stand {
    registry: Registry,
    layer: Layered,
    service: Stacked,
    inner: Handle,
    said: Said,
}

impl Stand {
    fn new(config: &CacheConfig) -> Self {
        let (registry, said) = (Registry::new(), Said::default());
        let key: Key = last_digit;
        let layer = FallbackLayer::cached("users", key).registry(&registry);
        let layer = layer.config(config).unwrap().mark(said.clone());
        let (probe, inner) = Probe::new(Answer::ready);
        Self { registry, service: layer.layer(probe), layer, inner, said }
    }

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

    fn cache(&self) -> Cache {
        self.layer.handle()
    }

    /// How many calls were answered like this.
    fn count(&self, outcome: &str) -> f64 {
        value(&self.registry, CALLS.name(), &[("outcome", outcome)]).expect("there is one")
    }
}

fn poll(call: &mut Call) -> Poll<Result<u32, Failure>> {
    Wakes::new().poll(call.as_mut())
}

/// What a call gave that is over.
fn result(call: &mut Call) -> Result<u32, Failure> {
    match poll(call) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("it is not over"),
    }
}
