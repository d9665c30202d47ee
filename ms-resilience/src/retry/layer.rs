//! The layer.

use std::fmt;
use std::sync::Arc;

use ms_core::config::ConfigError;
use ms_core::http::classify::Http;
use ms_core::http::repeat::Requests;
use ms_core::name::Name;
use ms_core::registry::{Keeper, Policy, Registry};
use ms_core::repeat::Plain;
use ms_core::verdict::Errors;
use tower_layer::Layer;

use super::config::RetryConfig;
use super::handle::{Handle, Retry};
use super::service::RetryService;
use super::shared::Shared;
use super::state::Purse;
use crate::budget::Budget;
use crate::schedule::{Backoff, Schedule};

/// Tries again what failed. See the [module](super).
///
/// All services of one layer are one policy, with one budget.
///
/// ```
/// use ms_resilience::retry::RetryLayer;
/// use ms_resilience::schedule::Backoff;
/// use std::time::Duration;
///
/// #[derive(Clone)]
/// enum Query {
///     Read(u32),
///     Add(u32),
/// }
///
/// let queries = RetryLayer::named("database")
///     .plain(|query: &Query| matches!(query, Query::Read(_)))
///     .schedule(Backoff::fibonacci(Duration::from_millis(10)));
/// assert_eq!(queries.handle().config().attempts, 3);
/// ```
#[derive(Clone)]
pub struct RetryLayer<K = Requests, C = Http, P = Backoff> {
    keeper: Keeper<Handle>,
    requests: K,
    classifier: C,
    /// None for what the settings say.
    schedule: Option<P>,
}

impl RetryLayer {
    /// A policy called `name` with the settings of `config`.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn new(name: impl Into<Name>, config: &RetryConfig) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Self::build(name.into(), config.clone(), Budget::new(config.budget)?))
    }

    /// A policy called `name` with the defaults.
    pub fn named(name: impl Into<Name>) -> Self {
        Self::build(name.into(), RetryConfig::default(), Budget::default())
    }

    fn build(name: Name, config: RetryConfig, budget: Budget) -> Self {
        let build = |voice| Handle::new(voice, config, Purse::Own(budget));
        let keeper = Keeper::new("retry", name, build);
        Self { keeper, requests: Requests, classifier: Http, schedule: None }
    }
}

impl<P> RetryLayer<Requests, Http, P> {
    /// For requests that are not HTTP and can be cloned: it does no harm to send one twice if
    /// `is_safe` says so. Every error is a failure and every response a success, until a
    /// [classifier](Self::classify) says something else.
    #[must_use]
    pub fn plain<F>(self, is_safe: F) -> RetryLayer<Plain<F>, Errors, P> {
        self.requests(Plain::new(is_safe)).classify(Errors)
    }
}

impl<K, C, P> RetryLayer<K, C, P> {
    /// Calls the policy `name`.
    #[must_use]
    pub fn name(self, name: impl Into<Name>) -> Self {
        Self { keeper: self.keeper.name(name), ..self }
    }

    /// Registers the policy in `registry` instead of the global one.
    #[must_use]
    pub fn registry(self, registry: &Registry) -> Self {
        Self { keeper: self.keeper.registry(registry), ..self }
    }

    /// Makes every service of this layer a policy of its own, with a budget of its own unless it
    /// was [given](Self::budget) one.
    #[must_use]
    pub fn isolated(self) -> Self {
        Self { keeper: self.keeper.isolated(), ..self }
    }

    /// Its policy, as the registry sees it.
    #[must_use]
    pub fn policy(&self) -> Arc<dyn Policy> {
        Arc::<Handle>::clone(self.keeper.policy())
    }

    /// How requests are kept, sent again and numbered: those of HTTP, until something else is said
    /// here. It goes with a classifier for what answers them.
    #[must_use]
    pub fn requests<Other>(self, requests: Other) -> RetryLayer<Other, C, P> {
        let Self { keeper, classifier, schedule, .. } = self;
        RetryLayer { keeper, requests, classifier, schedule }
    }

    /// Says what an outcome is worth: without it, what [`Http`] says of the status and the error.
    #[must_use]
    pub fn classify<Other>(self, classifier: Other) -> RetryLayer<K, Other, P> {
        let Self { keeper, requests, schedule, .. } = self;
        RetryLayer { keeper, requests, classifier, schedule }
    }

    /// How long to wait between attempts, in place of the `backoff` of the settings. Where it ends
    /// there is no further attempt.
    #[must_use]
    pub fn schedule<Other: Schedule>(self, schedule: Other) -> RetryLayer<K, C, Other> {
        let Self { keeper, requests, classifier, .. } = self;
        RetryLayer { keeper, requests, classifier, schedule: Some(schedule) }
    }

    /// What pays for attempts beyond the first, in place of the `budget` of the settings: one
    /// account for all policies that are given it.
    #[must_use]
    pub fn budget(self, budget: Budget) -> Self {
        self.keeper.policy().state().draw_on(budget);
        self
    }

    /// The policy, to look at and to change while it runs.
    ///
    /// Of an [isolated](Self::isolated) layer each service has its own, and this is none of them.
    #[must_use]
    pub fn handle(&self) -> Retry {
        Retry::new(Arc::clone(self.keeper.policy()))
    }
}

impl<S, K, C, P> Layer<S> for RetryLayer<K, C, P>
where
    S: Clone,
    K: Clone,
    C: Clone,
    P: Clone,
{
    type Service = RetryService<S, K, C, P>;

    fn layer(&self, inner: S) -> RetryService<S, K, C, P> {
        let Self { keeper, requests, classifier, schedule } = self.clone();
        let shared = Shared::new(keeper.lend(), inner.clone(), requests, classifier, schedule);
        RetryService::new(inner, Arc::new(shared.in_shares()))
    }
}

impl<K, C, P> fmt::Debug for RetryLayer<K, C, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RetryLayer").field(&self.keeper).finish()
    }
}
