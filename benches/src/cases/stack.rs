//! Whole stacks: what a call costs that passes all of them.

use std::time::Duration;

use ms_core::rejection::{BoxError, Rejectable};
use ms_resilience::breaker::{CircuitBreakerConfig, CircuitBreakerLayer, Window};
use ms_resilience::bulkhead::BulkheadLayer;
use ms_resilience::retry::RetryLayer;
use ms_resilience::standard::{Standard, StandardConfig};
use ms_resilience::timeout::TimeoutLayer;
use tower::layer::util::Identity;
use tower::limit::ConcurrencyLimitLayer;
use tower_layer::Layer;
use tower_service::Service;

use super::retry::Paid;
use crate::case::Case;
use crate::drive::{in_runtime, pending_once, ready};
use crate::inner::{Echo, Fallible};

/// So long that no bucket of a window and no tick ends while it is counted.
const WINDOW: Duration = Duration::from_secs(600);
const SLOW: Duration = Duration::from_secs(100);
const ATTEMPT: Duration = Duration::from_secs(200);
const TOTAL: Duration = Duration::from_secs(500);
const LIMIT: u32 = 100;

pub(super) const CASES: [Case; 6] = [
    Case::ours("stack", |calls| ready(stack(Echo::at_once()), calls)),
    Case::ours("stack/pending", |calls| {
        pending_once(stack(Echo::late()), calls);
    }),
    Case::ours("standard", |calls| ready(standard(Echo::at_once()), calls)),
    Case::ours("standard/pending", |calls| {
        pending_once(standard(Echo::late()), calls);
    }),
    Case::peer("stack/tower", "stack", |calls| {
        in_runtime(|| ready(tower_stack(Fallible::new(Echo::at_once())), calls));
    }),
    Case::peer("stack/tower/pending", "stack/pending", |calls| {
        pending_once(tower_stack(Fallible::new(Echo::late())), calls);
    }),
];

fn breaker() -> CircuitBreakerConfig {
    CircuitBreakerConfig::default().window(Window::Time(WINDOW)).slow_call(SLOW)
}

/// Retry, circuit with a window of time and slow calls, bulkhead, timeout of an attempt.
#[allow(clippy::expect_used, reason = "constants")]
fn stack<S>(inner: S) -> impl Service<u32, Response = u32, Error = S::Error>
where
    S: Service<u32, Response = u32, Error: Rejectable> + Clone,
{
    let breaker = CircuitBreakerLayer::new("bench", &breaker()).expect("the settings make sense");
    let attempt = TimeoutLayer::attempt(ATTEMPT).layer(inner);
    let inside = breaker.layer(BulkheadLayer::named("bench").layer(attempt));
    RetryLayer::named("bench").plain(|request: &u32| *request > 1).layer(inside)
}

/// The ready-made stack, with the total timeout on top.
#[allow(clippy::expect_used, reason = "constants")]
fn standard<S>(inner: S) -> impl Service<u32, Response = u32, Error = S::Error>
where
    S: Service<u32, Response = u32, Error: Rejectable> + Clone,
{
    let config = StandardConfig::default().total(TOTAL).attempt(ATTEMPT).breaker(breaker());
    let standard = Standard::new("bench", &config).expect("the settings make sense");
    standard.plain(|request: &u32| *request > 1).transport(Identity::new()).layer(inner)
}

/// The same of tower, which has no circuit breaker.
fn tower_stack<S>(inner: S) -> impl Service<u32, Response = u32, Error = BoxError>
where
    S: Service<u32, Response = u32, Error = BoxError> + Clone,
{
    let attempt = tower::timeout::TimeoutLayer::new(ATTEMPT).layer(inner);
    let inside = ConcurrencyLimitLayer::new(LIMIT as usize).layer(attempt);
    tower::retry::RetryLayer::new(Paid::new()).layer(inside)
}
