//! Retries between the other policies, in the order in which they belong.
#![cfg(all(feature = "breaker", feature = "bulkhead", feature = "retry", feature = "timeout"))]
#![allow(clippy::unwrap_used, reason = "a test whose help fails, fails")]

use std::time::Duration;

use ms_core::clock::{now, sleep};
use ms_core::registry::Registry;
use ms_core::rejection::{Fault, Reason, Rejection};
use ms_core::testing::probe::{Answer, Probe, ProbeHandle};
use ms_core::testing::reading::value;
use ms_resilience::breaker::{self, CircuitBreakerConfig, CircuitBreakerLayer, Window};
use ms_resilience::budget::Funded;
use ms_resilience::bulkhead::{BulkheadConfig, BulkheadLayer};
use ms_resilience::retry::{CALLS, Retry, RetryConfig, RetryLayer};
use ms_resilience::timeout::{self, TimeoutLayer};
use tokio::task::JoinHandle;
use tower::util::BoxCloneService;
use tower::{Layer, ServiceBuilder, ServiceExt};

const BROKEN: Reason = Reason::unavailable("test", "broken").fault_of(Fault::Peer);

type Handle = ProbeHandle<u32, u32, Rejection>;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn broken() -> Answer<u32, Rejection> {
    Answer::error(Rejection::new(&BROKEN, "users"))
}

type Client = BoxCloneService<u32, u32, Rejection>;

/// Total timeout, retry, breaker, bulkhead, attempt timeout, as they belong.
struct Stack {
    registry: Registry,
    /// While it lives, it can be read.
    retry: Retry,
    client: Client,
    inner: Handle,
}

fn stack(total: Duration) -> Stack {
    let (probe, inner) = Probe::with_error(Answer::ready);
    let registry = Registry::new();
    let config = RetryConfig::default().budget(Funded::default().start(10.0));
    let retry = RetryLayer::new("users", &config).unwrap().registry(&registry);
    let retry = retry.plain(|_: &u32| true).schedule([ms(100), ms(200)]);
    let breaker = CircuitBreakerConfig::default().window(Window::None).consecutive_failures(5);
    let client = ServiceBuilder::new()
        .layer(TimeoutLayer::total(total).registry(&registry))
        .layer(retry.clone())
        .layer(CircuitBreakerLayer::new("users", &breaker).unwrap().registry(&registry))
        .layer(BulkheadLayer::new("users", &BulkheadConfig::new(1)).unwrap().registry(&registry))
        .layer(TimeoutLayer::attempt(ms(500)).registry(&registry))
        .service(probe);
    Stack { registry, retry: retry.handle(), client: BoxCloneService::new(client), inner }
}

impl Stack {
    async fn call(&self) -> Result<u32, Rejection> {
        self.client.clone().oneshot(7).await
    }

    /// A call of its own, which has begun.
    fn spawn(&self) -> JoinHandle<Result<u32, Rejection>> {
        tokio::spawn(self.client.clone().oneshot(7))
    }

    fn calls(&self) -> usize {
        self.inner.requests().len()
    }

    fn count(&self, outcome: &str) -> f64 {
        value(&self.registry, CALLS.name(), &[("outcome", outcome)]).unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_gives_its_place_to_the_next() {
    let stack = stack(ms(5_000));
    stack.inner.respond(|_| Answer::never());
    let start = now();
    let call = stack.spawn();
    sleep(ms(550)).await;
    stack.inner.respond(Answer::ready);
    assert_eq!(call.await.unwrap().unwrap(), 7);
    assert_eq!((stack.calls(), now() - start), (2, ms(600)));
    assert_eq!((stack.count("recovered"), stack.inner.seen().in_flight), (1.0, 0));
}

#[tokio::test(start_paused = true)]
async fn s_3_an_open_circuit_ends_the_trying_at_once_and_costs_nothing() {
    let stack = stack(ms(5_000));
    stack.inner.respond(|_| broken());
    stack.call().await.unwrap_err(); // three failures
    let error = stack.call().await.unwrap_err(); // two, and it is open
    assert!(error.is(&breaker::OPEN));
    assert_eq!(stack.calls(), 5);

    let start = now();
    assert!(stack.call().await.unwrap_err().is(&breaker::OPEN));
    assert_eq!((now() - start, stack.count("not_retryable")), (Duration::ZERO, 2.0));
    let budget = stack.retry.budget().snapshot();
    assert_eq!((budget.spent, budget.tokens), (3, 7.0));
}

#[tokio::test(start_paused = true)]
async fn s_to_2_a_total_timeout_cuts_an_attempt_and_no_pause_goes_beyond_it() {
    let stack = stack(ms(800));
    stack.inner.respond(|_| Answer::never());
    let start = now();
    assert!(stack.call().await.unwrap_err().is(&timeout::TOTAL));
    assert_eq!((now() - start, stack.calls()), (ms(800), 2));

    stack.inner.respond(|_| broken().after(ms(300)));
    let start = now();
    assert!(stack.call().await.unwrap_err().is(&BROKEN));
    // 300, a pause of 100, 300; the next pause would end at 900.
    assert_eq!((now() - start, stack.count("deadline")), (ms(700), 1.0));
}

#[tokio::test(start_paused = true)]
async fn s_rt_1_the_limit_of_a_total_has_run_during_the_first_attempt() {
    for (total, outcome) in [(ms(400), "deadline"), (ms(401), "recovered")] {
        let stack = stack(total);
        stack.inner.respond(|_| broken().after(ms(300)));
        let call = stack.spawn();
        sleep(ms(350)).await;
        stack.inner.respond(Answer::ready);
        let _ = call.await.unwrap();
        assert_eq!(stack.count(outcome), 1.0, "{total:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_needs_no_service_that_can_be_shared_between_threads() {
    // `BoxCloneService` is `Send`, and not `Sync`.
    let (probe, handle) = Probe::<u32, u32, Rejection>::with_error(Answer::ready);
    let boxed = BoxCloneService::new(probe);
    let client = RetryLayer::named("boxed").plain(|_: &u32| true).layer(boxed);
    assert_eq!(tokio::spawn(client.oneshot(7)).await.unwrap().unwrap(), 7);
    assert_eq!(handle.requests(), [7]);
}
