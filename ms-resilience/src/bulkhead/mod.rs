//! Limits how many calls are in flight at a time.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), ms_core::rejection::BoxError> {
//! use ms_core::rejection::{BoxError, Rejectable};
//! use ms_resilience::bulkhead::{self, BulkheadConfig, BulkheadLayer};
//! use tower::{Service, ServiceBuilder, ServiceExt, service_fn};
//!
//! let hung = service_fn(|_: ()| std::future::pending::<Result<(), BoxError>>());
//! let mut client = ServiceBuilder::new()
//!     .layer(BulkheadLayer::new("users", &BulkheadConfig::new(1))?)
//!     .service(hung);
//!
//! let first = client.ready().await?.call(());
//! let error = client.ready().await?.call(()).await.unwrap_err();
//! assert!(error.as_rejection().unwrap().is(&bulkhead::FULL));
//!
//! drop(first); // and its place is free
//! assert_eq!(client.handle().snapshot().in_flight, 0);
//! # Ok(())
//! # }
//! ```
//!
//! ```text
//!                             max_concurrent
//!  call ──▶ a place is free? ──yes──▶ ┌─────────────┐ answer, error, panic,
//!            │ no                     │  in flight  │ drop, end of the body
//!            ▼                        │             │──────────┐
//!           max_queue not reached? ──▶│ ▓ ▓ ▓ ▓ ▓ ▓ │          │
//!            │ no            waits    └─────────────┘          │
//!            ▼               │  ▲                              │
//!           `FULL`           │  └── the first has the place ◀──┘
//!                            ▼
//!                           `WAIT` after max_wait, `DEADLINE` if that comes first
//! ```
//!
//! # Behaviour
//!
//! - **Who is let in is decided when a call comes**, not when a service is made ready: a service
//!   that is ready and idle, and any number of its clones, hold nothing.
//! - **First come, first served.** While anybody waits, whoever comes waits behind. A place that
//!   becomes free goes to the first who waits; nobody overtakes.
//! - **A call that is rejected costs next to nothing**: no timer, no queue, no lock. The peer is
//!   not called, so outer layers take it for neutral. The default has no queue: waiting helps
//!   where calls come in bursts, and only adds latency where there are too many of them.
//! - A call that is dropped gives its place back, or leaves the queue, at once; so does one that
//!   panics or is never polled. If it was given a place a moment ago, that goes to the next.
//! - The wait ends at the deadline of the [`Context`](ms_core::context::Context) if that is
//!   nearer than `max_wait`, and says so by [`DEADLINE`]. Where somebody further out enforces the
//!   deadline, as a total timeout does, that one ends the call and answers for it.
//! - A call that is admitted at once goes to the service that was made ready. One that waits
//!   leaves that alone: it owns a clone, and makes it ready when it is admitted. This is what the
//!   wrapped service has to be `Clone` for.
//! - The limits change while it runs, by the [handle](BulkheadLayer::handle) or a command of the
//!   registry. If there is more room, whoever waits is admitted at once; if there is less, nobody
//!   is interrupted, and nobody is admitted until the surplus is gone. With `max_concurrent` 0
//!   the bulkhead is [`CLOSED`]; who waits then goes on waiting, in case it opens again.
//! - With [`until_body_end`](BulkheadLayer::until_body_end) a call is in flight until the body of
//!   its HTTP response has ended: read, failed or dropped. Without, until the response has come.
//! - With [`per`](BulkheadLayer::per) there is a bulkhead for each host, tenant or route, and one
//!   that is full keeps no other out. How many are kept is [bounded](crate::keyed); one in which a
//!   call is in flight or waits is not forgotten, nor one that was given limits by hand.
//!
//! In a client it stands inside of the circuit breaker, so that an open circuit costs no place,
//! and outside of the attempt timeout, so that waiting for a place is not taken for a slow peer.
//! In a server it stands behind authentication, so that strangers do not fill it.
//!
//! # Defaults
//!
//! | setting | default | |
//! |---|---|---|
//! | `max_concurrent` | 100 | 1,000 calls a second that take 100 ms each; 0 closes |
//! | `max_queue` | 0 | none waits |
//! | `max_wait` | 100 ms | must be more than zero where calls may wait |
//!
//! Those of the keys are in [`KeysConfig`](crate::keyed::KeysConfig#structfield.max_keys).
//!
//! # What it reports
//!
//! Kind `bulkhead`. `resilience.bulkhead.calls` by `outcome`, once for each call: `accepted` (at
//! once or after a wait, however it ends), `rejected_full` ([`FULL`], [`CLOSED`]), `rejected_wait`
//! ([`WAIT`], [`DEADLINE`]), `cancelled` (dropped while it waited).
//! `resilience.bulkhead.in_flight`, `.waiting` and `.limit`, and `.wait.duration` of the calls
//! that were not admitted at once. At most once a second an event `rejected`, with how many since
//! the last and why the latest; an event `resized`. Bulkheads for each key read all that as
//! `<name>/<key>`, and [`KEYS`] as `<name>`.
//!
//! # Neighbours
//!
//! `tower::limit::ConcurrencyLimit` lets calls in by `poll_ready`: services that are ready and
//! idle hold its permits, its queue has no bound, and a body goes on without one. A rate limit
//! bounds how many calls begin in a second; a bulkhead bounds how many there are, so it needs to
//! know nothing of how long they take.

#[cfg(feature = "http")]
mod body;
mod config;
mod event;
mod future;
mod gate;
mod handle;
mod keyed_handle;
mod keyed_layer;
mod keyed_service;
mod late;
mod layer;
mod metrics;
mod permit;
mod queue;
mod reason;
mod service;
mod shared;
mod state;
#[cfg(test)]
mod tests;
mod wait;
mod waiter;

pub use config::BulkheadConfig;
pub use future::ResponseFuture;
pub use handle::{Bulkhead, Snapshot};
pub use keyed_handle::KeyedBulkhead;
pub use keyed_layer::KeyedBulkheadLayer;
pub use keyed_service::KeyedBulkheadService;
pub use layer::BulkheadLayer;
pub use metrics::{CALLS, IN_FLIGHT, KEYS, LIMIT, WAIT_DURATION, WAITING};
pub use permit::Permit;
pub use reason::{CLOSED, DEADLINE, FULL, WAIT};
pub use service::BulkheadService;
