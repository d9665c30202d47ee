//! The layers that watch bodies.

use std::time::Duration;

use ms_core::config::ConfigError;
use ms_core::name::Name;
use ms_core::registry::Keeper;
use tower_layer::Layer;

use super::config::IdleTimeoutConfig;
use super::handle::Handle;
use super::requests::RequestIdleTimeout;
use super::service::IdleTimeout;

/// Gives up the bodies of responses that stand still. See the [module](super).
#[derive(Debug, Clone)]
pub struct IdleTimeoutLayer {
    keeper: Keeper<Handle>,
}

impl IdleTimeoutLayer {
    /// A policy called `name` with the settings of `config`.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn new(name: impl Into<Name>, config: &IdleTimeoutConfig) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Self::build(name.into(), config))
    }

    /// A policy called `name` with the defaults.
    pub fn named(name: impl Into<Name>) -> Self {
        Self::build(name.into(), &IdleTimeoutConfig::default())
    }

    /// A body may stand still for `limit`. The policy is called `idle` until it is given a
    /// [name](Self::name).
    #[must_use]
    pub fn after(limit: Duration) -> Self {
        Self::build("idle".into(), &IdleTimeoutConfig::default().limit(limit))
    }

    /// Watches the bodies of requests instead of those of responses.
    #[must_use]
    pub fn of_requests(self) -> RequestIdleTimeoutLayer {
        RequestIdleTimeoutLayer { responses: self }
    }

    ms_core::keeper_setters!(Handle);

    fn build(name: Name, config: &IdleTimeoutConfig) -> Self {
        let build = |voice| Handle::new(voice, config);
        Self { keeper: Keeper::new("idle_timeout", name, build) }
    }
}

impl<S> Layer<S> for IdleTimeoutLayer {
    type Service = IdleTimeout<S>;

    fn layer(&self, inner: S) -> IdleTimeout<S> {
        IdleTimeout::new(inner, self.keeper.lend())
    }
}

/// Gives up the bodies of requests that stand still: made by [`IdleTimeoutLayer::of_requests`].
#[derive(Debug, Clone)]
pub struct RequestIdleTimeoutLayer {
    responses: IdleTimeoutLayer,
}

impl<S> Layer<S> for RequestIdleTimeoutLayer {
    type Service = RequestIdleTimeout<S>;

    fn layer(&self, inner: S) -> RequestIdleTimeout<S> {
        RequestIdleTimeout::new(inner, self.responses.keeper.lend())
    }
}
