//! The layer that limits a whole call.

use std::marker::PhantomData;
use std::time::Duration;

use ms_core::config::ConfigError;
use ms_core::name::Name;
use ms_core::reach::Head;
use ms_core::registry::Keeper;
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
    ms_core::keeper_setters!(Handle);
}

impl<S, R> Layer<S> for TotalTimeoutLayer<R> {
    type Service = TotalTimeout<S, R>;

    fn layer(&self, inner: S) -> TotalTimeout<S, R> {
        TotalTimeout::new(inner, self.keeper.lend())
    }
}
