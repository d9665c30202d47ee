//! Requests that are done later: taken down safely, and delivered in order.

mod answer;
mod backoff;
mod codec;
mod config;
mod drain;
mod event;
mod file;
mod handle;
mod line;
mod memory;
mod metric;
mod outcome;
mod push;
mod shared;
mod step;
mod store;
#[cfg(test)]
mod tests;
mod worker;

pub use answer::{Queued, QueuedFuture};
pub use codec::{Codec, Decode, Encode};
pub use config::QueueConfig;
pub use drain::Drain;
pub use file::{FileStore, Written};
pub use handle::{Aside, Queue, QueueError, Snapshot};
pub use memory::MemoryStore;
pub use metric::{ASIDE, ATTEMPTS, BYTES, ENTRIES, WAITING};
pub use push::{Push, PushError, Receipt};
pub use store::{Change, Contents, Store, StoreError, Stored};
pub use worker::DrainError;
