//! Requests that are done later: taken down safely, and delivered in order.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), ms_core::rejection::BoxError> {
//! use ms_core::{rejection::BoxError, verdict::Errors};
//! use ms_resilience::fallback::FallbackLayer;
//! use ms_resilience::fallback::queue::{Codec, FileStore, Queue, QueueConfig};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! let path = std::env::temp_dir().join(format!("shop-{}.queue", std::process::id()));
//! let codec = Codec::new(
//!     |order: &String| Ok::<_, BoxError>(order.clone().into_bytes()),
//!     |entry: &[u8]| String::from_utf8(entry.to_vec()),
//! );
//! let queue = Queue::new("orders", FileStore::open(&path)?, codec, &QueueConfig::default())?;
//!
//! let down = service_fn(|_: String| async { Err::<String, BoxError>("refused".into()) });
//! let layer = FallbackLayer::queued("orders", &queue, |_| "you will hear from us".to_owned());
//! let answer = layer.layer(down).oneshot("two books".to_owned()).await?;
//! assert_eq!(answer, "you will hear from us");
//!
//! // When the shop is back:
//! let (told, mut tell) = tokio::sync::mpsc::unbounded_channel();
//! let shop = service_fn(move |order: String| {
//!     told.send(order).unwrap();
//!     async { Ok::<(), BoxError>(()) }
//! });
//! let worker = tokio::spawn(queue.drain(shop, Errors));
//! assert_eq!(tell.recv().await.unwrap(), "two books");
//! # worker.abort();
//! # let _ = worker.await;
//! # drop((queue, layer));
//! # std::fs::remove_file(path)?;
//! # Ok(())
//! # }
//! ```
//!
//! ```text
//!  request ──encode──▶ [ room? ] ──▶ store: safe ──▶ accepted: the caller is answered
//!                                                        │
//!                                    ┌───────────────────┘
//!                                    ▼
//!                   drain: first ──▶ note the attempt ──▶ decode ──▶ service
//!                            ▲                                          │
//!                            ├─────────── done ◀── success ─────────────┤
//!                            ├── wait, longer and longer ◀── failure ───┤
//!                            └── set aside ◀── hopeless, or too often ──┘
//! ```
//!
//! # Behaviour
//!
//! - **What is accepted is not lost.** With a [`FileStore`] it was synced to the disk before the
//!   caller is answered, and is there after a crash of the process or of the machine. An entry that
//!   nobody was told about, since its call was dropped or took too long, is withdrawn.
//! - **In order, one after the other, at least once.** An entry is done when the service said so;
//!   a crash in between delivers it again. Give requests an idempotency key.
//! - **While deliveries fail the worker waits**, longer and longer, and at least as long as the
//!   peer asks for; nobody overtakes.
//! - **Nothing is thrown away.** An entry that failed `max_attempts` times is set aside, and so is
//!   one that can never be delivered: it is reported, stays in the store, can be
//!   [looked at](Queue::aside), [put back](Queue::put_back) and [discarded](Queue::discard). What
//!   is not its own fault does not count: a refusal of our own side, a request that never left, a
//!   peer that has too much to do, a service that does not become ready. An attempt that took the
//!   process with it does.
//! - **Bounded**, by entries and by bytes, those set aside included. When it is full, the caller
//!   gets what the service gave.
//! - You spawn the [worker](Queue::drain), and give it a service, such as the same stack without
//!   this fallback, and a classifier that says what is done: for HTTP
//!   [`Delivery`], since elsewhere an answer "no" counts as good. One worker delivers at a time.
//! - [`Codec`] makes bytes of requests by two functions of yours; [`HttpCodec`] does it for HTTP,
//!   without credentials.
//!
//! # Defaults
//!
//! | setting | default |
//! |---|---|
//! | `max_entries` | 10,000 |
//! | `max_bytes` | 64 MiB |
//! | `max_attempts` | 10 |
//! | `backoff` | 1 s, doubled with each failure in a row; half of it by chance |
//! | `backoff_max` | 60 s |
//!
//! # What it reports
//!
//! The layer reports as any [fallback](super). The queue is of kind `fallback_queue`:
//! `resilience.fallback.queue.entries` by `outcome` (`accepted`, `refused`, `withdrawn`,
//! `delivered`, `set_aside`), `.attempts` by `outcome` (`delivered`, `failed`, `excused`),
//! `.waiting`, `.aside`, `.bytes`. An event `set_aside` for each such entry; at most once a second
//! an event `stuck`, with how many deliveries failed since the last.
//!
//! # Neighbours
//!
//! A broker is shared by many and knows many receivers. This is a file beside one process, for the
//! time until its peer is back.

mod answer;
mod backoff;
mod codec;
mod config;
mod drain;
mod event;
mod file;
mod handle;
#[cfg(feature = "http")]
mod http;
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
#[cfg(feature = "http")]
pub use http::{Delivery, HttpCodec, HttpEncoding};
pub use memory::MemoryStore;
pub use metric::{ASIDE, ATTEMPTS, BYTES, ENTRIES, WAITING};
pub use push::{Push, PushError, Receipt};
pub use store::{Change, Contents, Store, StoreError, Stored};
pub use worker::DrainError;
