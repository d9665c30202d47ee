//! The layer that gives deadlines on.

use std::sync::Arc;

use ms_core::config::ConfigError;
use ms_core::name::Name;
use ms_core::registry::{Keeper, Policy, Registry};
use tower_layer::Layer;

use super::config::PropagateDeadlineConfig;
use super::propagate::PropagateDeadline;
use super::propagate_handle::PropagateHandle;

/// Gives the deadline of the context on, in the headers of requests. See the [module](super).
#[derive(Debug, Clone)]
pub struct PropagateDeadlineLayer {
    keeper: Keeper<PropagateHandle>,
}

impl PropagateDeadlineLayer {
    /// A policy called `name` with the defaults.
    pub fn named(name: impl Into<Name>) -> Self {
        Self::build(name.into(), &PropagateDeadlineConfig::default())
    }

    /// A policy called `name` with the settings of `config`.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn new(
        name: impl Into<Name>,
        config: &PropagateDeadlineConfig,
    ) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Self::build(name.into(), config))
    }

    /// Calls the policy `name`.
    #[must_use]
    pub fn name(self, name: impl Into<Name>) -> Self {
        Self { keeper: self.keeper.name(name) }
    }

    /// Registers the policy in `registry` instead of the global one.
    #[must_use]
    pub fn registry(self, registry: &Registry) -> Self {
        Self { keeper: self.keeper.registry(registry) }
    }

    /// Makes every service of this layer a policy of its own.
    #[must_use]
    pub fn isolated(self) -> Self {
        Self { keeper: self.keeper.isolated() }
    }

    /// Its policy, as the registry sees it.
    #[must_use]
    pub fn policy(&self) -> Arc<dyn Policy> {
        Arc::<PropagateHandle>::clone(self.keeper.policy())
    }

    fn build(name: Name, config: &PropagateDeadlineConfig) -> Self {
        Self {
            keeper: Keeper::new("propagate_deadline", name, |voice| {
                PropagateHandle::new(voice, config)
            }),
        }
    }
}

impl<S> Layer<S> for PropagateDeadlineLayer {
    type Service = PropagateDeadline<S>;

    fn layer(&self, inner: S) -> PropagateDeadline<S> {
        PropagateDeadline::new(inner, self.keeper.lend())
    }
}
