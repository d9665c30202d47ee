//! The layer that obeys the deadlines of callers.

use ms_core::config::ConfigError;
use ms_core::name::Name;
use ms_core::registry::Keeper;
use tower_layer::Layer;

use super::config::DeadlineConfig;
use super::handle::Handle;
use super::service::DeadlineService;

/// Obeys the deadline that a caller gives with its request. See the [module](super).
#[derive(Debug, Clone)]
pub struct DeadlineLayer {
    keeper: Keeper<Handle>,
}

impl DeadlineLayer {
    /// A policy with the defaults, called `server` until it is given a [name](Self::name).
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it registers itself, which a default must not")]
    pub fn new() -> Self {
        Self::build("server".into(), &DeadlineConfig::default())
    }

    /// A policy called `name` with the defaults.
    pub fn named(name: impl Into<Name>) -> Self {
        Self::build(name.into(), &DeadlineConfig::default())
    }

    /// A policy called `name` with the settings of `config`.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn with(name: impl Into<Name>, config: &DeadlineConfig) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Self::build(name.into(), config))
    }

    ms_core::keeper_setters!(Handle);

    fn build(name: Name, config: &DeadlineConfig) -> Self {
        Self { keeper: Keeper::new("deadline", name, |voice| Handle::new(voice, config)) }
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = DeadlineService<S>;

    fn layer(&self, inner: S) -> DeadlineService<S> {
        DeadlineService::new(inner, self.keeper.lend())
    }
}
