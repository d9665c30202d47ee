//! Retries through their public names.

mod bodies;
mod budgets;
mod decisions;
mod dropped;
mod model;
mod observed;
mod pauses;
mod scripted;
mod sending;
mod settings;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ms_core::clock::{Instant, now};
use ms_core::registry::Registry;
use ms_core::rejection::{Reason, Rejectable};
use ms_core::testing::laws;
use ms_core::testing::reading::value;
use tower::{Layer, ServiceExt};

use self::scripted::{Classifier, End, Error, Inner, Numbered, Reply, Scripted, Seen, classify};
use super::{CALLS, Retry, RetryConfig, RetryLayer, RetryService};
use crate::schedule::Schedule;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[tokio::test(start_paused = true)]
async fn it_keeps_the_laws() {
    laws::check(|| RetryLayer::named("laws").plain(|_: &u32| true)).await;
    let config = RetryConfig::default().attempts(1);
    laws::check(|| RetryLayer::new("laws", &config).unwrap().plain(|_: &u32| true)).await;
}

type Client<P> = RetryService<Scripted, Numbered, Classifier, P>;

/// A policy in a registry of its own, before a service that does what it is told.
struct Stand<P> {
    registry: Registry,
    client: Client<P>,
    retry: Retry,
    inner: Arc<Mutex<Inner>>,
    requests: Numbered,
    start: Instant,
}

/// Pauses of 100 ms, 200 ms and so on.
fn steady() -> Vec<Duration> {
    (1..=20).map(|step| ms(100 * step)).collect()
}

fn stand(config: &RetryConfig, script: impl IntoIterator<Item = End>) -> Stand<Vec<Duration>> {
    stand_with(config, steady(), script)
}

fn stand_with<P: Schedule>(
    config: &RetryConfig,
    schedule: P,
    script: impl IntoIterator<Item = End>,
) -> Stand<P> {
    let registry = Registry::new();
    let requests = Numbered::default();
    let layer = RetryLayer::new("users", config).unwrap().registry(&registry);
    let layer = layer.requests(requests.clone()).classify(classify as Classifier);
    let layer = layer.schedule(schedule);
    let script = script.into_iter().collect();
    let inner = Arc::new(Mutex::new(Inner { script, ..Inner::default() }));
    let client = layer.layer(Scripted { inner: Arc::clone(&inner), is_ready: false });
    Stand { registry, retry: layer.handle(), client, inner, requests, start: now() }
}

/// With as many tokens as anybody may need.
fn rich() -> RetryConfig {
    RetryConfig::default().budget(crate::budget::Funded::default().start(10.0))
}

impl<P: Schedule> Stand<P> {
    async fn call(&self, id: u32) -> Result<Reply, Error> {
        self.client.clone().oneshot(id).await
    }

    /// When the service was called, in milliseconds from the beginning.
    fn times(&self) -> Vec<u128> {
        self.seen().iter().map(|seen| (seen.at - self.start).as_millis()).collect()
    }

    fn seen(&self) -> Vec<Seen> {
        self.inner.lock().unwrap().seen.clone()
    }

    fn tokens(&self) -> f64 {
        self.retry.budget().snapshot().tokens
    }

    fn count(&self, outcome: &str) -> f64 {
        value(&self.registry, CALLS.name(), &[("outcome", outcome)]).unwrap()
    }

    /// The outcomes that were counted.
    fn counted(&self) -> Vec<&'static str> {
        OUTCOMES.into_iter().filter(|outcome| self.count(outcome) > 0.0).collect()
    }
}

const OUTCOMES: [&str; 9] = [
    "success",
    "recovered",
    "not_retryable",
    "attempts",
    "unsafe",
    "committed",
    "deadline",
    "budget",
    "cancelled",
];

fn is<T>(result: &Result<T, Error>, reason: &Reason) -> bool {
    let rejection = result.as_ref().err().and_then(Rejectable::as_rejection);
    rejection.is_some_and(|rejection| rejection.is(reason))
}
