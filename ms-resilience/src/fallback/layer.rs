//! The layer.

use std::fmt;
use std::sync::Arc;

use ms_core::config::ConfigError;
use ms_core::name::Name;
use ms_core::registry::{Keeper, Registry};
use ms_core::verdict::Errors;
use tower_layer::Layer;

use super::answer::Kind;
use super::config::FallbackConfig;
use super::degrade::{Marked, Unmarked};
use super::handle::{Fallback, Handle};
use super::requests::Unkept;
use super::rules::Rules;
use super::service::FallbackService;
use super::when::Failures;

/// Answers where the wrapped service fails. See the [module](super).
///
/// All services of one layer are one policy.
pub struct FallbackLayer<A, K = Unkept, C = Errors, W = Failures, M = Marked> {
    keeper: Keeper<Handle<A>>,
    rules: Rules<K, C, W, M>,
}

impl<A: Kind, K> FallbackLayer<A, K> {
    pub(super) fn asking(name: Name, answer: A, requests: K) -> Self {
        let build = |voice| Handle::new(voice, &FallbackConfig::default(), answer);
        let rules = Rules { keep: requests, classifier: Errors, when: Failures, mark: Marked };
        Self { keeper: Keeper::new("fallback", name, build), rules }
    }
}

impl<A: Kind, K, C, W, M> FallbackLayer<A, K, C, W, M> {
    /// Calls the fallback `name`.
    #[must_use]
    pub fn name(self, name: impl Into<Name>) -> Self {
        Self { keeper: self.keeper.name(name), ..self }
    }

    /// Registers the fallback in `registry` instead of the global one.
    #[must_use]
    pub fn registry(self, registry: &Registry) -> Self {
        Self { keeper: self.keeper.registry(registry), ..self }
    }

    /// Gives every service of this layer a policy of its own. What answers is the same for all.
    #[must_use]
    pub fn isolated(self) -> Self {
        Self { keeper: self.keeper.isolated(), ..self }
    }

    /// Takes over `config`, for all services and copies of this layer.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn config(self, config: &FallbackConfig) -> Result<Self, ConfigError> {
        self.keeper.policy().core().reconfigure(config)?;
        Ok(self)
    }

    /// Says how requests are kept, to be given to the fallback.
    #[must_use]
    pub fn requests<Other>(self, requests: Other) -> FallbackLayer<A, Other, C, W, M> {
        let Rules { classifier, when, mark, .. } = self.rules;
        let rules = Rules { keep: requests, classifier, when, mark };
        FallbackLayer { keeper: self.keeper, rules }
    }

    /// Says what an outcome is worth; without it every error is a failure.
    #[must_use]
    pub fn classify<Other>(self, classifier: Other) -> FallbackLayer<A, K, Other, W, M> {
        let Rules { keep, when, mark, .. } = self.rules;
        FallbackLayer { keeper: self.keeper, rules: Rules { keep, classifier, when, mark } }
    }

    /// Says which outcomes the fallback is for; without it [`Failures`].
    #[must_use]
    pub fn when<Other>(self, when: Other) -> FallbackLayer<A, K, C, Other, M> {
        let Rules { keep, classifier, mark, .. } = self.rules;
        FallbackLayer { keeper: self.keeper, rules: Rules { keep, classifier, when, mark } }
    }

    /// Says how an answer is marked; without it as its type [can](super::Degrade).
    #[must_use]
    pub fn mark<Other>(self, mark: Other) -> FallbackLayer<A, K, C, W, Other> {
        let Rules { keep, classifier, when, .. } = self.rules;
        FallbackLayer { keeper: self.keeper, rules: Rules { keep, classifier, when, mark } }
    }

    /// Leaves answers as they are; they are counted all the same.
    #[must_use]
    pub fn unmarked(self) -> FallbackLayer<A, K, C, W, Unmarked> {
        self.mark(Unmarked)
    }

    /// The fallback, to look at and to change while it runs.
    ///
    /// Of an [isolated](Self::isolated) layer each service has its own, and this is none of them.
    #[must_use]
    pub fn handle(&self) -> Fallback {
        Fallback::new(Arc::clone(self.keeper.policy()))
    }
}

impl<S, A, K, C, W, M> Layer<S> for FallbackLayer<A, K, C, W, M>
where
    A: Kind,
    K: Clone,
    C: Clone,
    W: Clone,
    M: Clone,
{
    type Service = FallbackService<S, A, K, C, W, M>;

    fn layer(&self, inner: S) -> Self::Service {
        FallbackService::new(inner, self.keeper.lend(), self.rules.clone())
    }
}

impl<A, K: Clone, C: Clone, W: Clone, M: Clone> Clone for FallbackLayer<A, K, C, W, M> {
    fn clone(&self) -> Self {
        Self { keeper: self.keeper.clone(), rules: self.rules.clone() }
    }
}

impl<A: Kind, K, C, W, M> fmt::Debug for FallbackLayer<A, K, C, W, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FallbackLayer").field(&self.keeper).finish()
    }
}
