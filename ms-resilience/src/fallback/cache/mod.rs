//! The last good answer: given where a service fails, or is not to be asked.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), ms_core::rejection::BoxError> {
//! use ms_core::rejection::BoxError;
//! use ms_resilience::fallback::{FallbackLayer, cache::CacheConfig};
//! use std::sync::atomic::{AtomicU32, Ordering};
//! use std::time::Duration;
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! let calls = AtomicU32::new(0);
//! let users = service_fn(|id: u32| {
//!     calls.fetch_add(1, Ordering::Relaxed);
//!     async move { Ok::<_, BoxError>(format!("user {id}")) }
//! });
//! let config = CacheConfig::default().fresh_for(Duration::from_secs(5));
//! let users = FallbackLayer::cached("users", |id: &u32| Some(*id)).config(&config)?.layer(users);
//!
//! assert_eq!(users.clone().oneshot(7).await?, "user 7");
//! assert_eq!(users.clone().oneshot(7).await?, "user 7");
//! assert_eq!(calls.load(Ordering::Relaxed), 1);
//! # Ok(())
//! # }
//! ```
//!
//! ```text
//!  age      0 ────────── fresh_for ─────────────────────── max_age ──────────▶
//!            given, no call │  call; given if that fails,      │  call
//!                           │  or if there is no capacity      │
//!
//!  calls for one key, where `fresh_for` is set:
//!
//!   1st  leads ────────────▶ answer ──▶ kept ──▶ for all who follow
//!   2nd  follows ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄▶
//!   3rd     follows ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄▶     if the 1st is dropped or fails, the 2nd leads
//! ```
//!
//! # Behaviour
//!
//! - **Only good answers are kept**: what the classifier calls a success. [`Copies`] keeps clones;
//!   [`Bodies`] keeps responses over HTTP as they go by, once their bodies have ended; [`Keep`] is
//!   for ways of your own.
//! - **The key** says which requests want the same answer, and must hold all that it depends on:
//!   also for whom it is, if it is not for everybody. Without a key a call is only passed on.
//! - **An older answer is given** where the call fails, as any [fallback](super) would, and where
//!   the service is not ready within `patience`. It is no older than `max_age`, and says how old.
//! - **Bounded**: by number, by weight, by age. If there is no room, the oldest answer goes.
//! - With `fresh_for`, answers that are fresh are given without a call, whether the service has
//!   capacity or not. Then for each key **one call at a time leads**: those that come meanwhile
//!   follow it, and get its answer.
//!   - A leader that is dropped, panics, or fails while nothing is kept, hands over to the first
//!     who follows it. One that fails while something is kept gives that to all who follow.
//!   - Who could be given an older answer follows for `patience`, and is given that; who could not
//!     follows for `max_wait`, and then calls for itself. So does everybody when an answer turns
//!     out to be good and not one to be kept, and who comes when `max_waiting` follow already.
//!   - With `Bodies` they wait for the end of the body that the leader reads.
//! - A call that is dropped while it follows leaves at once.
//! - The service is always ready: whether the wrapped one is, is asked when a call needs it. One
//!   that has to wait does so with a clone of its own.
//! - Nothing of a user's is cloned, dropped or woken while the cache is locked. Keys are compared
//!   then, if they have one hash.
//!
//! It belongs where a [fallback](super) does.
//!
//! # Defaults
//!
//! | setting | default | |
//! |---|---|---|
//! | `max_entries` | 1,000 | |
//! | `max_weight` | 64 MiB | a clone weighs its own size unless told [otherwise](Copies::weighed) |
//! | `max_age` | 5 min | |
//! | `fresh_for` | none | every call is made |
//! | `patience` | 100 ms | |
//! | `max_wait` | 1 s | |
//! | `max_waiting` | 1,000 | over all keys |
//!
//! # What it reports
//!
//! Kind `fallback_cache`; `resilience.fallback.calls` with `by` `cache` and `outcome`: `primary`
//! (the service answered, or failed in a way that this is not for), `fresh`, `shared` (another call
//! got it), `degraded` (an older answer was given), `no_answer`, `cancelled`.
//! `resilience.fallback.cache.entries`, `.weight`, `.waiting`, and `.evictions` by `reason` (`old`,
//! `crowded`). Events as any fallback. The command `reset` empties it.
//!
//! # Neighbours
//!
//! This is no cache by the rules of HTTP: it does not read what a response says of how long it
//! holds, but for `no-store`, and it never asks whether an answer is still right.

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
