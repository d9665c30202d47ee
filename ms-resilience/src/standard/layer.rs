//! The layer that is a whole stack.

use std::fmt;
use std::sync::Arc;

use ms_core::config::ConfigError;
use ms_core::error::ErrorLayer;
#[cfg(feature = "tonic-0_14")]
use ms_core::http::classify::Grpc;
use ms_core::http::classify::Http;
use ms_core::http::repeat::Requests;
#[cfg(feature = "reqwest-0_13")]
use ms_core::http::repeat::Reqwest;
#[cfg(feature = "tonic-0_14")]
use ms_core::http::repeat::Tonic;
#[cfg(feature = "tonic-0_14")]
use ms_core::http::status::StatusLayer;
use ms_core::name::Name;
use ms_core::registry::Registry;
use ms_core::repeat::Plain;
use ms_core::verdict::Errors;
use tower_layer::Layer;

use super::config::StandardConfig;
use super::handle::{Settings, StandardHandle};
use super::mistakes;
use super::transport::Transport;
use crate::breaker::{CircuitBreakerLayer, CircuitBreakerService};
use crate::budget::Budget;
use crate::bulkhead::{BulkheadLayer, BulkheadService};
use crate::retry::{RetryLayer, RetryService};
use crate::schedule::Backoff;
use crate::timeout::{Timeout, TimeoutConfig, TimeoutLayer, TotalTimeout, TotalTimeoutLayer};

/// What [`Standard`] makes of a client `S`.
pub type StandardService<S, K, C> =
    TotalTimeout<RetryService<EndpointService<S, C>, K, C, Backoff>>;

/// The inner half of it: what belongs to one peer.
type EndpointService<S, C> = CircuitBreakerService<BulkheadService<Timeout<S>>, C>;

/// A whole stack around a client, in the order that is known to be right. See the
/// [module](super).
///
/// All services of one layer share their circuit, their bulkhead and their budget.
#[derive(Clone)]
pub struct Standard<K = Requests, C = Http, T = Transport> {
    total: TotalTimeoutLayer,
    retry: RetryLayer<K, C>,
    breaker: CircuitBreakerLayer<C>,
    bulkhead: BulkheadLayer,
    attempt: TimeoutLayer,
    transport: T,
    settings: Arc<Settings>,
}

impl Standard {
    /// A stack whose policies are called `name`, with the settings of `config`: for a client of
    /// HTTP.
    ///
    /// # Errors
    /// When a setting makes no sense, by itself or together with others.
    pub fn new(name: impl Into<Name>, config: &StandardConfig) -> Result<Self, ConfigError> {
        config.validate()?;
        let name = name.into();
        Ok(Self {
            total: TotalTimeoutLayer::new(&name, &TimeoutConfig::new(config.total))?,
            retry: RetryLayer::new(&name, &config.retry)?.classify(Http),
            breaker: CircuitBreakerLayer::new(&name, &config.breaker)?.classify(Http),
            bulkhead: BulkheadLayer::new(&name, &config.bulkhead)?,
            attempt: TimeoutLayer::new(&name, &TimeoutConfig::new(config.attempt))?,
            transport: Transport::named(&name),
            settings: Arc::new(Settings::new(config.clone())),
        })
    }

    /// A stack whose policies are called `name`, with the defaults: for a client of HTTP.
    pub fn named(name: impl Into<Name>) -> Self {
        let name = name.into();
        Self {
            total: TotalTimeoutLayer::named(&name),
            retry: RetryLayer::named(&name).classify(Http),
            breaker: CircuitBreakerLayer::named(&name).classify(Http),
            bulkhead: BulkheadLayer::named(&name),
            attempt: TimeoutLayer::named(&name),
            transport: Transport::named(&name),
            settings: Arc::default(),
        }
    }
}

impl<K, C, T> Standard<K, C, T> {
    fn registered(self, registry: &Registry, transport: impl FnOnce(T) -> T) -> Self {
        Self {
            total: self.total.registry(registry),
            retry: self.retry.registry(registry),
            breaker: self.breaker.registry(registry),
            bulkhead: self.bulkhead.registry(registry),
            attempt: self.attempt.registry(registry),
            transport: transport(self.transport),
            settings: self.settings,
        }
    }

    /// What pays for attempts beyond the first: one account for all that are given it.
    ///
    /// # Errors
    /// When it never ends: retries that nothing pays for keep a peer down that is in trouble.
    pub fn budget(self, budget: Budget) -> Result<Self, ConfigError> {
        mistakes::budget(budget.config())?;
        Ok(Self { retry: self.retry.budget(budget), ..self })
    }

    /// For a client that is not one of HTTP, whose requests can be cloned: it does no harm to send
    /// one twice if `is_safe` says so. Every error is a failure, unless
    /// [`classify`](Self::classify) says otherwise.
    #[must_use]
    pub fn plain<F>(self, is_safe: F) -> Standard<Plain<F>, Errors, ErrorLayer> {
        self.requests(Plain::new(is_safe)).classify(Errors).transport(ErrorLayer)
    }

    /// How requests are kept, sent again and numbered.
    #[must_use]
    pub fn requests<Other>(self, requests: Other) -> Standard<Other, C, T> {
        let Self { total, retry, breaker, bulkhead, attempt, transport, settings } = self;
        let retry = retry.requests(requests);
        Standard { total, retry, breaker, bulkhead, attempt, transport, settings }
    }

    /// Says what an outcome is worth, to the retry and to the circuit.
    #[must_use]
    pub fn classify<Other: Clone>(self, classifier: Other) -> Standard<K, Other, T> {
        let Self { total, retry, breaker, bulkhead, attempt, transport, settings } = self;
        let retry = retry.classify(classifier.clone());
        let breaker = breaker.classify(classifier);
        Standard { total, retry, breaker, bulkhead, attempt, transport, settings }
    }

    /// What stands right around the client, instead of what the stack has there: makes its errors
    /// able to hold a rejection, unless they are.
    #[must_use]
    pub fn transport<Other>(self, transport: Other) -> Standard<K, C, Other> {
        let Self { total, retry, breaker, bulkhead, attempt, settings, .. } = self;
        Standard { total, retry, breaker, bulkhead, attempt, transport, settings }
    }

    /// Its policies, to look at and to change while they run.
    #[must_use]
    pub fn handle(&self) -> StandardHandle {
        let policies = [
            self.total.policy(),
            self.retry.policy(),
            self.breaker.policy(),
            self.bulkhead.policy(),
            self.attempt.policy(),
        ];
        StandardHandle::new(policies, Arc::clone(&self.settings))
    }
}

impl<K, C, E> Standard<K, C, Transport<E>> {
    /// Registers its policies in `registry` instead of the global one.
    #[must_use]
    pub fn registry(self, registry: &Registry) -> Self {
        self.registered(registry, |transport| transport.registry(registry))
    }
}

impl<K, C> Standard<K, C, ErrorLayer> {
    /// Registers its policies in `registry` instead of the global one.
    #[must_use]
    pub fn registry(self, registry: &Registry) -> Self {
        self.registered(registry, |errors| errors)
    }
}

#[cfg(feature = "tonic-0_14")]
impl Standard {
    /// For a channel of tonic: calls are judged by their code, and rejections become a `Status`
    /// with the code that a client expects.
    #[must_use]
    pub fn tonic(self) -> Standard<Tonic, Grpc, Transport<StatusLayer>> {
        let transport = self.transport.clone().errors(ErrorLayer::status());
        self.requests(Tonic).classify(Grpc).transport(transport)
    }
}

#[cfg(feature = "reqwest-0_13")]
impl Standard {
    /// For a client of reqwest.
    #[must_use]
    pub fn reqwest(self) -> Standard<Reqwest, Http, ErrorLayer> {
        self.requests(Reqwest).transport(ErrorLayer)
    }
}

impl<S, K, C, T> Layer<S> for Standard<K, C, T>
where
    T: Layer<S>,
    T::Service: Clone,
    K: Clone,
    C: Clone,
{
    type Service = StandardService<T::Service, K, C>;

    fn layer(&self, client: S) -> Self::Service {
        let attempt = self.attempt.layer(self.transport.layer(client));
        let endpoint = self.breaker.layer(self.bulkhead.layer(attempt));
        self.total.layer(self.retry.layer(endpoint))
    }
}

/// The layers and their settings, the outermost first.
impl<K, C, T> fmt::Display for Standard<K, C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.handle(), f)
    }
}

impl<K, C, T> fmt::Debug for Standard<K, C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Standard").field(&self.handle()).finish()
    }
}
