//! The layer that gives deadlines on.

use ms_core::config::ConfigError;
use ms_core::name::Name;
use ms_core::registry::Keeper;
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

    ms_core::keeper_setters!(PropagateHandle);

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
