//! The layer of a bulkhead for each key.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use ms_core::config::ConfigError;
#[cfg(feature = "http")]
use ms_core::http::guard::BodyEnd;
use ms_core::reach::Head;
use ms_core::registry::Keeper;
use tower_layer::Layer;

use super::keyed_handle::KeyedBulkhead;
use super::keyed_service::KeyedBulkheadService;
use super::shared::Shared;
use crate::keyed::{Family, Key, KeysConfig};

/// Limits how many calls are in flight at a time, for each key apart: made by
/// [`BulkheadLayer::per`](super::BulkheadLayer::per).
///
/// All services of one layer share its bulkheads.
///
/// ```
/// use ms_resilience::bulkhead::BulkheadLayer;
/// use ms_resilience::keyed::KeysConfig;
/// use std::time::Duration;
///
/// struct Order { tenant: u64 }
///
/// let tenants = KeysConfig::default().max_keys(200).idle(Duration::from_secs(60));
/// let layer = BulkheadLayer::named("orders").per(|order: &Order| order.tenant).keys(&tenants)?;
/// assert_eq!(layer.handle().keys().max_keys, 200);
/// # Ok::<(), ms_core::config::ConfigError>(())
/// ```
pub struct KeyedBulkheadLayer<K, F, R = Head> {
    keeper: Keeper<Family<K, Shared>>,
    key: F,
    reach: PhantomData<fn() -> R>,
}

impl<K, F, R> KeyedBulkheadLayer<K, F, R> {
    pub(super) const fn new(keeper: Keeper<Family<K, Shared>>, key: F) -> Self {
        Self { keeper, key, reach: PhantomData }
    }
}

impl<K: Key, F, R> KeyedBulkheadLayer<K, F, R> {
    /// Keeps so many keys apart, and for so long.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn keys(self, keys: &KeysConfig) -> Result<Self, ConfigError> {
        keys.validate()?;
        let config = self.keeper.policy().config();
        let keeper = self.keeper.replace(|voice| Family::new(voice, config, keys));
        Ok(Self { keeper, ..self })
    }

    /// A call is in flight until the body of its HTTP response has ended, however it does.
    #[cfg(feature = "http")]
    #[must_use]
    pub fn until_body_end(self) -> KeyedBulkheadLayer<K, F, BodyEnd> {
        KeyedBulkheadLayer::new(self.keeper, self.key)
    }

    ms_core::keeper_setters!(Family<K, Shared>);

    /// The bulkheads that all services of this layer share. Where each has
    /// [its own](Self::isolated), ask [the service](KeyedBulkheadService::handle).
    #[must_use]
    pub fn handle(&self) -> KeyedBulkhead<K> {
        KeyedBulkhead::new(Arc::clone(self.keeper.policy()))
    }
}

impl<S, K: Key, F: Clone, R> Layer<S> for KeyedBulkheadLayer<K, F, R> {
    type Service = KeyedBulkheadService<S, K, F, R>;

    fn layer(&self, inner: S) -> KeyedBulkheadService<S, K, F, R> {
        KeyedBulkheadService::new(inner, self.keeper.lend(), self.key.clone())
    }
}

impl<K, F: Clone, R> Clone for KeyedBulkheadLayer<K, F, R> {
    fn clone(&self) -> Self {
        Self::new(self.keeper.clone(), self.key.clone())
    }
}

impl<K: Key, F, R> fmt::Debug for KeyedBulkheadLayer<K, F, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("KeyedBulkheadLayer");
        debug.field("keeper", &self.keeper).finish_non_exhaustive()
    }
}
