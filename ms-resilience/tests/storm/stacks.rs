//! What a process puts between its calls and the service.

use std::future::Future;
use std::pin::Pin;

use ms_core::error::ErrorLayer;
use ms_core::registry::Registry;
use ms_resilience::budget::{Budget, Ratio};
use ms_resilience::retry::{RetryConfig, RetryLayer};
use ms_resilience::standard::Standard;
use ms_resilience::timeout::TimeoutLayer;
use tower::{Layer, Service, ServiceExt};

use crate::service::Workers;

/// A call that is answered or not.
type Answered = Pin<Box<dyn Future<Output = bool>>>;

/// What a process puts around the service.
pub(crate) struct Process(Box<dyn FnOnce(Workers) -> Client>);

/// Calls the service through what was put around it.
pub(crate) struct Client(Box<dyn Fn() -> Answered>);

impl Process {
    pub(crate) fn around(self, service: Workers) -> Client {
        self.0(service)
    }
}

impl Client {
    pub(crate) fn call(&self) -> Answered {
        self.0()
    }
}

/// Retry by our defaults, and the timeout of an attempt by ours, which is 1 s.
pub(crate) fn budgeted() -> Process {
    retrying(&RetryConfig::default(), None)
}

/// The same, and retries cost nothing.
pub(crate) fn unbudgeted() -> Process {
    retrying(&RetryConfig::default(), Some(Budget::unlimited()))
}

/// The same, with a fifth of the calls and ten per second for each process, which is a hundred in
/// the window of ten seconds.
pub(crate) fn reserved() -> Process {
    let ratio = Ratio::default().share(0.2).reserve(100);
    retrying(&RetryConfig::default().budget(ratio), None)
}

/// The whole stack by our defaults.
pub(crate) fn standard() -> Process {
    Process(Box::new(|workers| {
        let standard = Standard::named("service").plain(|_: &u64| true);
        client(standard.registry(&Registry::new()).layer(workers))
    }))
}

fn retrying(config: &RetryConfig, budget: Option<Budget>) -> Process {
    let mut retry = RetryLayer::new("service", config).unwrap().registry(&Registry::new());
    if let Some(budget) = budget {
        retry = retry.budget(budget);
    }
    let attempt = TimeoutLayer::named("service").registry(&Registry::new());
    Process(Box::new(move |workers| {
        let retry = retry.plain(|_: &u64| true);
        client(retry.layer(attempt.layer(ErrorLayer.layer(workers))))
    }))
}

fn client<S>(service: S) -> Client
where
    S: Service<u64> + Clone + 'static,
{
    Client(Box::new(move || {
        let call = service.clone().oneshot(0);
        Box::pin(async move { call.await.is_ok() })
    }))
}
