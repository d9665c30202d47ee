//! The layer that limits a whole call.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use ms_core::config::ConfigError;
use ms_core::name::Name;
use ms_core::reach::Head;
use ms_core::registry::{Keeper, Policy, Registry};
use tower_layer::Layer;

#[cfg(feature = "http")]
use super::body::UntilBodyEnd;
use super::config::TimeoutConfig;
use super::handle::Handle;
use super::reason::TOTAL;
use super::total::TotalTimeout;

/// Limits a whole call: readiness, every attempt, and the pauses between them. See the
/// [module](super).
///
/// All services of one layer are one policy in the registry.
#[derive(Debug, Clone)]
pub struct TotalTimeoutLayer<R = Head> {
    keeper: Keeper<Handle>,
    reach: PhantomData<fn() -> R>,
}

impl TotalTimeoutLayer {
    /// A policy called `name` with the settings of `config`.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn new(name: impl Into<Name>, config: &TimeoutConfig) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Self::build(name.into(), config.limit))
    }

    /// A policy called `name` with the defaults.
    pub fn named(name: impl Into<Name>) -> Self {
        Self::build(name.into(), TimeoutConfig::total().limit)
    }

    /// A whole call may take `limit`.
    pub(super) fn after(limit: Duration) -> Self {
        Self::build("total".into(), limit)
    }

    /// The time goes on until the body of the HTTP response is read, which fails with a rejection
    /// when it is over.
    #[cfg(feature = "http")]
    #[must_use]
    pub fn until_body_end(self) -> TotalTimeoutLayer<UntilBodyEnd> {
        TotalTimeoutLayer { keeper: self.keeper, reach: PhantomData }
    }

    fn build(name: Name, limit: Duration) -> Self {
        let build = |voice| Handle::new(voice, &TOTAL, limit);
        Self { keeper: Keeper::new("total_timeout", name, build), reach: PhantomData }
    }
}

impl<R> TotalTimeoutLayer<R> {
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

    /// Makes every service of this layer a policy of its own.
    #[must_use]
    pub fn isolated(self) -> Self {
        Self { keeper: self.keeper.isolated(), ..self }
    }

    /// Its policy, as the registry sees it.
    #[must_use]
    pub fn policy(&self) -> Arc<dyn Policy> {
        Arc::<Handle>::clone(self.keeper.policy())
    }
}

impl<S, R> Layer<S> for TotalTimeoutLayer<R> {
    type Service = TotalTimeout<S, R>;

    fn layer(&self, inner: S) -> TotalTimeout<S, R> {
        TotalTimeout::new(inner, self.keeper.lend())
    }
}
