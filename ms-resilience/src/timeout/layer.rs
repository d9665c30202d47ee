//! The layer that limits one attempt.

use std::marker::PhantomData;
use std::time::Duration;

use ms_core::config::ConfigError;
use ms_core::name::Name;
use ms_core::reach::Head;
use ms_core::registry::Keeper;
use tower_layer::Layer;

use super::attempt::Timeout;
#[cfg(feature = "http")]
use super::body::UntilBodyEnd;
use super::config::TimeoutConfig;
use super::handle::Handle;
use super::reason::ATTEMPT;
use super::total_layer::TotalTimeoutLayer;

/// Limits one attempt: from the call to the response. See the [module](super).
///
/// All services of one layer are one policy in the registry.
#[derive(Debug, Clone)]
pub struct TimeoutLayer<R = Head> {
    keeper: Keeper<Handle>,
    reach: PhantomData<fn() -> R>,
}

impl TimeoutLayer {
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
        Self::build(name.into(), TimeoutConfig::attempt().limit)
    }

    /// An attempt may take `limit`. The policy is called `attempt` until it is given a
    /// [name](Self::name).
    #[must_use]
    pub fn attempt(limit: Duration) -> Self {
        Self::build("attempt".into(), limit)
    }

    /// A whole call may take `limit`. The policy is called `total` until it is given a
    /// [name](TotalTimeoutLayer::name).
    #[must_use]
    pub fn total(limit: Duration) -> TotalTimeoutLayer {
        TotalTimeoutLayer::after(limit)
    }

    /// The time goes on until the body of the HTTP response is read, which fails with a rejection
    /// when it is over.
    #[cfg(feature = "http")]
    #[must_use]
    pub fn until_body_end(self) -> TimeoutLayer<UntilBodyEnd> {
        TimeoutLayer { keeper: self.keeper, reach: PhantomData }
    }

    fn build(name: Name, limit: Duration) -> Self {
        let build = |voice| Handle::new(voice, &ATTEMPT, limit);
        Self { keeper: Keeper::new("timeout", name, build), reach: PhantomData }
    }
}

impl<R> TimeoutLayer<R> {
    ms_core::keeper_setters!(Handle);
}

impl<S, R> Layer<S> for TimeoutLayer<R> {
    type Service = Timeout<S, R>;

    fn layer(&self, inner: S) -> Timeout<S, R> {
        Timeout::new(inner, self.keeper.lend())
    }
}
