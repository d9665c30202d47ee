//! Bulkheads for each key, to look at and to change while they run.

use std::fmt;
use std::sync::Arc;

use ms_core::config::ConfigError;
use ms_core::name::Name;
use ms_core::registry::Policy;

use super::config::BulkheadConfig;
use super::handle::Bulkhead;
use super::shared::Shared;
use crate::keyed::{Family, Key, KeysConfig};

/// The bulkheads of all keys, to look at and to change while they run. Copies are one.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), ms_core::rejection::BoxError> {
/// use ms_core::rejection::BoxError;
/// use ms_resilience::bulkhead::{BulkheadConfig, BulkheadLayer};
/// use tower::{Layer, ServiceExt, service_fn};
///
/// let layer = BulkheadLayer::named("orders").per(|tenant: &u64| *tenant);
/// layer.layer(service_fn(|_: u64| async { Ok::<_, BoxError>(()) })).oneshot(7).await?;
///
/// let orders = layer.handle();
/// orders.get(&7).unwrap().resize(5)?; // this tenant may have less, and stays known
/// orders.reconfigure(&BulkheadConfig::new(20))?; // and now all are equal again
/// assert_eq!(orders.list()[0].1.snapshot().limit, 20);
/// # Ok(())
/// # }
/// ```
pub struct KeyedBulkhead<K>(Arc<Family<K, Shared>>);

impl<K: Key> KeyedBulkhead<K> {
    pub(super) const fn new(family: Arc<Family<K, Shared>>) -> Self {
        Self(family)
    }

    /// Under which name they stand in the registry: `name` itself, and `name/<key>`.
    #[must_use]
    pub fn name(&self) -> &Name {
        self.0.voice().name()
    }

    /// The bulkhead of `key`, if it has one now. As long as it is held it is not forgotten; nor is
    /// it after it was given limits of its own.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<Bulkhead> {
        self.0.get(key).map(Bulkhead::new)
    }

    /// All keys that have a bulkhead now, the eldest first.
    #[must_use]
    pub fn list(&self) -> Vec<(K, Bulkhead)> {
        let all = self.0.list().into_iter();
        all.map(|(key, member)| (key, Bulkhead::new(member))).collect()
    }

    /// The bulkhead that all keys share for which there was no room, if that ever was so.
    #[must_use]
    pub fn other(&self) -> Option<Bulkhead> {
        self.0.other().map(Bulkhead::new)
    }

    /// The settings of each bulkhead that was not given others.
    #[must_use]
    pub fn config(&self) -> BulkheadConfig {
        self.0.config()
    }

    /// All bulkheads take over `config`, also those that were given other limits, and so do those
    /// that come. Who is in flight stays so, and who waits goes on waiting.
    ///
    /// # Errors
    /// When a setting makes no sense. Then nothing changes.
    pub fn reconfigure(&self, config: &BulkheadConfig) -> Result<(), ConfigError> {
        self.0.reconfigure(config)
    }

    /// How many keys are kept apart, and for how long.
    #[must_use]
    pub fn keys(&self) -> KeysConfig {
        self.0.keys_config()
    }

    /// Takes over other bounds. If fewer keys may be kept, those are forgotten at once that nobody
    /// uses, and the others when that is so.
    ///
    /// # Errors
    /// When a setting makes no sense. Then nothing changes.
    pub fn reconfigure_keys(&self, keys: &KeysConfig) -> Result<(), ConfigError> {
        self.0.reconfigure_keys(keys)
    }
}

impl<K> Clone for KeyedBulkhead<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Key> fmt::Debug for KeyedBulkhead<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
