//! The last good answer: given where a service fails, or is not to be asked.

#[cfg(feature = "http")]
mod bodies;
#[cfg(feature = "http")]
mod body;
mod call;
mod config;
mod flights;
mod future;
mod handle;
mod keep;
mod key;
mod layer;
mod metric;
mod patience;
#[cfg(feature = "http")]
mod recording;
mod service;
mod shared;
mod shelf;
mod slot;
#[cfg(test)]
mod tests;
mod turn;

#[cfg(feature = "http")]
pub use bodies::Bodies;
#[cfg(feature = "http")]
pub use body::CachedBody;
pub use config::CacheConfig;
pub use future::ResponseFuture;
pub use handle::{Cache, Snapshot};
pub use keep::{Copies, Keep, Slot, Weigh};
pub use layer::CacheLayer;
pub use metric::{ENTRIES, EVICTIONS, WAITING, WEIGHT};
#[cfg(feature = "http")]
pub use recording::KeptResponse;
pub use service::CacheService;
