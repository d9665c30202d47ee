//! The layer.

use std::fmt;
use std::sync::Arc;

use ms_core::config::ConfigError;
use ms_core::name::Name;
use ms_core::registry::{Keeper, Registry};
use ms_core::verdict::Errors;
use tower_layer::Layer;

use super::super::degrade::{Marked, Unmarked};
use super::super::rules::Rules;
use super::super::when::Failures;
use super::config::CacheConfig;
use super::handle::{Cache, Handle};
use super::service::CacheService;

/// Gives the last good answer where the wrapped service fails. See the [module](super).
///
/// All services of one layer share one cache. `Key` is what answers are kept under, `T` what is
/// kept of one.
pub struct CacheLayer<F, Key, T, K, C = Errors, W = Failures, M = Marked> {
    keeper: Keeper<Handle<Key, T>>,
    key: F,
    rules: Rules<K, C, W, M>,
}

impl<F, Key, T, K> CacheLayer<F, Key, T, K>
where
    Key: Eq + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    pub(in super::super) fn build(name: Name, keep: K, key: F) -> Self {
        let build = |voice| Handle::new(voice, CacheConfig::default());
        let rules = Rules { keep, classifier: Errors, when: Failures, mark: Marked };
        Self { keeper: Keeper::new("fallback_cache", name, build), key, rules }
    }
}

impl<F, Key, T, K, C, W, M> CacheLayer<F, Key, T, K, C, W, M>
where
    Key: Eq + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    /// Calls the cache `name`. What was kept so far stays behind.
    #[must_use]
    pub fn name(self, name: impl Into<Name>) -> Self {
        Self { keeper: self.keeper.name(name), ..self }
    }

    /// Registers the cache in `registry` instead of the global one.
    #[must_use]
    pub fn registry(self, registry: &Registry) -> Self {
        Self { keeper: self.keeper.registry(registry), ..self }
    }

    /// Gives every service of this layer a cache of its own.
    #[must_use]
    pub fn isolated(self) -> Self {
        Self { keeper: self.keeper.isolated(), ..self }
    }

    /// Takes over `config`, for all services and copies of this layer.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn config(self, config: &CacheConfig) -> Result<Self, ConfigError> {
        self.keeper.policy().shared().reconfigure(config)?;
        Ok(self)
    }

    /// Says what an outcome is worth; without it every error is a failure.
    #[must_use]
    pub fn classify<Other>(self, classifier: Other) -> CacheLayer<F, Key, T, K, Other, W, M> {
        let Rules { keep, when, mark, .. } = self.rules;
        let rules = Rules { keep, classifier, when, mark };
        CacheLayer { keeper: self.keeper, key: self.key, rules }
    }

    /// Says which outcomes an older answer is for; without it [`Failures`].
    #[must_use]
    pub fn when<Other>(self, when: Other) -> CacheLayer<F, Key, T, K, C, Other, M> {
        let Rules { keep, classifier, mark, .. } = self.rules;
        let rules = Rules { keep, classifier, when, mark };
        CacheLayer { keeper: self.keeper, key: self.key, rules }
    }

    /// Says how an answer is marked; without it as its type [can](super::super::Degrade).
    #[must_use]
    pub fn mark<Other>(self, mark: Other) -> CacheLayer<F, Key, T, K, C, W, Other> {
        let Rules { keep, classifier, when, .. } = self.rules;
        let rules = Rules { keep, classifier, when, mark };
        CacheLayer { keeper: self.keeper, key: self.key, rules }
    }

    /// Leaves answers as they are; they are counted all the same.
    #[must_use]
    pub fn unmarked(self) -> CacheLayer<F, Key, T, K, C, W, Unmarked> {
        self.mark(Unmarked)
    }

    /// The cache, to look at and to change while it runs.
    ///
    /// Of an [isolated](Self::isolated) layer each service has its own, and this is none of them.
    #[must_use]
    pub fn handle(&self) -> Cache {
        Cache::new(Arc::clone(self.keeper.policy()))
    }
}

impl<S, F, Key, T, K, C, W, M> Layer<S> for CacheLayer<F, Key, T, K, C, W, M>
where
    F: Clone,
    Key: Eq + Send + Sync + 'static,
    T: Send + Sync + 'static,
    K: Clone,
    C: Clone,
    W: Clone,
    M: Clone,
{
    type Service = CacheService<S, F, Key, T, K, C, W, M>;

    fn layer(&self, inner: S) -> Self::Service {
        CacheService::new(inner, self.keeper.lend(), self.key.clone(), self.rules.clone())
    }
}

impl<F, Key, T, K, C, W, M> Clone for CacheLayer<F, Key, T, K, C, W, M>
where
    F: Clone,
    K: Clone,
    C: Clone,
    W: Clone,
    M: Clone,
{
    fn clone(&self) -> Self {
        Self { keeper: self.keeper.clone(), key: self.key.clone(), rules: self.rules.clone() }
    }
}

impl<F, Key, T, K, C, W, M> fmt::Debug for CacheLayer<F, Key, T, K, C, W, M>
where
    Key: Eq + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CacheLayer").field(&self.keeper).finish()
    }
}
