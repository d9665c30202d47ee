//! The layer.

use std::marker::PhantomData;
use std::sync::Arc;

use ms_core::config::ConfigError;
#[cfg(feature = "http")]
use ms_core::http::guard::BodyEnd;
use ms_core::name::Name;
use ms_core::reach::Head;
use ms_core::registry::Keeper;
use tower_layer::Layer;

use super::config::BulkheadConfig;
use super::handle::Bulkhead;
use super::keyed_layer::KeyedBulkheadLayer;
use super::service::BulkheadService;
use super::shared::Shared;
use crate::keyed::{Family, Key, KeysConfig};

/// Limits how many calls are in flight at a time. See the [module](super).
///
/// All services of one layer are one bulkhead.
///
/// ```
/// use ms_resilience::bulkhead::{BulkheadConfig, BulkheadLayer};
///
/// let orders = BulkheadLayer::new("orders", &BulkheadConfig::new(50).max_queue(20))?;
/// assert_eq!(orders.handle().snapshot().limit, 50);
/// # Ok::<(), ms_core::config::ConfigError>(())
/// ```
#[derive(Debug, Clone)]
pub struct BulkheadLayer<R = Head> {
    keeper: Keeper<Shared>,
    reach: PhantomData<fn() -> R>,
}

impl BulkheadLayer {
    /// A bulkhead called `name` with the settings of `config`.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn new(name: impl Into<Name>, config: &BulkheadConfig) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Self::build(name.into(), config))
    }

    /// A bulkhead called `name` with the defaults.
    pub fn named(name: impl Into<Name>) -> Self {
        Self::build(name.into(), &BulkheadConfig::default())
    }

    /// A call is in flight until the body of its HTTP response has ended, however it does.
    #[cfg(feature = "http")]
    #[must_use]
    pub fn until_body_end(self) -> BulkheadLayer<BodyEnd> {
        BulkheadLayer { keeper: self.keeper, reach: PhantomData }
    }

    fn build(name: Name, config: &BulkheadConfig) -> Self {
        let build = |voice| Shared::new(voice, config);
        Self { keeper: Keeper::new("bulkhead", name, build), reach: PhantomData }
    }
}

impl<R> BulkheadLayer<R> {
    /// A bulkhead for each key that `key` finds in a request: each has the limits of this layer for
    /// itself, so one that is full keeps no other out.
    ///
    /// ```
    /// use ms_resilience::bulkhead::{BulkheadConfig, BulkheadLayer};
    ///
    /// struct Order { tenant: u64 }
    ///
    /// let orders = BulkheadLayer::new("orders", &BulkheadConfig::new(20))?;
    /// let orders = orders.per(|order: &Order| order.tenant);
    /// assert_eq!(orders.handle().config().max_concurrent, 20);
    /// # Ok::<(), ms_core::config::ConfigError>(())
    /// ```
    #[must_use]
    pub fn per<Req, K, F>(self, key: F) -> KeyedBulkheadLayer<K, F, R>
    where
        K: Key,
        F: Fn(&Req) -> K,
    {
        let config = self.keeper.policy().config();
        let keys = KeysConfig::default();
        let keeper = self.keeper.replace(|voice| Family::new(voice, config, &keys));
        KeyedBulkheadLayer::new(keeper, key)
    }

    ms_core::keeper_setters!(Shared);

    /// The bulkhead that all services of this layer share. Where each has
    /// [its own](Self::isolated), ask [the service](BulkheadService::handle).
    #[must_use]
    pub fn handle(&self) -> Bulkhead {
        Bulkhead::new(Arc::clone(self.keeper.policy()))
    }
}

impl<S, R> Layer<S> for BulkheadLayer<R> {
    type Service = BulkheadService<S, R>;

    fn layer(&self, inner: S) -> BulkheadService<S, R> {
        BulkheadService::new(inner, self.keeper.lend())
    }
}
