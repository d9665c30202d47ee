//! Answers where a service fails: a value, a function, another service, a cache, a queue.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! use ms_core::rejection::BoxError;
//! use ms_resilience::fallback::FallbackLayer;
//! use ms_resilience::timeout::TimeoutLayer;
//! use std::time::Duration;
//! use tower::{ServiceBuilder, ServiceExt, service_fn};
//!
//! let hung = service_fn(|_: u32| std::future::pending::<Result<Vec<String>, BoxError>>());
//! let recommendations = ServiceBuilder::new()
//!     .layer(FallbackLayer::value("recommendations", Vec::new()))
//!     .layer(TimeoutLayer::total(Duration::from_secs(2)))
//!     .service(hung);
//!
//! assert!(recommendations.oneshot(7).await.unwrap().is_empty());
//! # }
//! ```
//!
//! ```text
//!  request ──▶ service ──▶ success ─────────────────────────────────────────▶ answer
//!                 │
//!                 └──▶ error, failure, refusal, readiness that fails
//!                          │
//!                          │ for this?   safe?   a place?      in time?
//!                          └────yes───────yes───────yes───▶ fallback ──yes──▶ answer, marked
//!                                │         │         │          │
//!                                no        no        no         no, or it fails
//!                                └─────────┴─────────┴──────────┴──────▶ what the service gave
//! ```
//!
//! | what answers | made by | needs the request |
//! |---|---|---|
//! | a value | [`value`](FallbackLayer::value) | no |
//! | a function of the request and of what went wrong | [`with`](FallbackLayer::with) | yes |
//! | another service | [`service`](FallbackLayer::service) | yes, and only if that is safe |
//! | the last good answer: [`cache`] | [`cached`](FallbackLayer::cached), `cached_as` | its key |
//! | a queue for later that answers at once: [`queue`] | [`queued`](FallbackLayer::queued) | yes |
//! | a kind of your own: [`Answer`] | [`by`](FallbackLayer::by) | as it says |
//!
//! # Behaviour
//!
//! - **It answers** for failures of the peer, for refusals of our own side (an open circuit, a
//!   full bulkhead), and where the service fails to become ready; not for a call that the deadline
//!   of its caller cut short, since nobody waits for it any more. [`when`](FallbackLayer::when)
//!   says otherwise, and [`classify`](FallbackLayer::classify) what a failure is: with HTTP usually
//!   `ms_core::http::classify`, else every response counts as good.
//! - **Nothing is lost by it.** If the fallback fails, takes too long, or has no room, the caller
//!   gets what the service gave: the same error, the same response. A function is lent the outcome
//!   as a [`Failed`], and gives it back by dropping it.
//! - **It has limits of its own**: so many at a time, and so long, but never longer than the
//!   deadline of the [`Context`](ms_core::context::Context). It runs in the context of the call.
//! - **An answer says that it is degraded**, as far as its type [can](Degrade): a response over
//!   HTTP bears the header `x-degraded` with who gave it, the extension [`Degraded`], and `Age` if
//!   it was kept. What goes to users may say so as well: see [`mark`](FallbackLayer::mark).
//! - **Another service** does the work of a request. It is not given a request that may have been
//!   worked on already, unless that is safe to do twice. What is kept of a request, and what is
//!   safe, say the [`requests`](FallbackLayer::requests): `ms_core::http::repeat` for HTTP, whose
//!   streaming bodies are kept as they go by.
//! - A call that is dropped drops its fallback; a panic in a function goes on unwinding. Both give
//!   back what they had.
//! - The service is always ready: whether the wrapped one is, is asked when a call comes. A call
//!   that has to wait does so with a clone of its own, which is what that has to be `Clone` for.
//! - What a response says after its head (an error in its body, gRPC trailers) comes too late for
//!   a fallback.
//!
//! In a client it stands outermost, right under telemetry: it answers for what retries, failover
//! and timeouts together could not mend. Inside of a retry it would hide every failure from it.
//!
//! # Defaults
//!
//! | setting | default | |
//! |---|---|---|
//! | `max_concurrent` | 100 | fallbacks at a time; 0 switches it off |
//! | `timeout` | 1 s | |
//! | `keep` | 64 KiB | of a request body that streams |
//!
//! [`cache`] and [`queue`] have settings of their own.
//!
//! # What it reports
//!
//! Kind `fallback`; `resilience.fallback.calls` by `by` (`value`, `function`, `service`, `queue`)
//! and `outcome`: `primary` (the service answered, or failed in a way that this is not for),
//! `degraded`, `no_answer`, `timed_out`, `full`, `not_kept`, `not_safe`, `cancelled`.
//! `resilience.fallback.in_flight`. At most once a second an event `degraded` and one `no_answer`,
//! with how many since the last and the reason of the latest.
//!
//! # Neighbours
//!
//! A retry asks the same peer again, a failover another that is as good; a fallback gives
//! something less instead of nothing.

mod answer;
mod asking;
pub mod cache;
mod config;
mod degrade;
mod event;
mod failed;
mod function;
mod future;
mod handle;
#[cfg(feature = "http")]
mod http;
mod kinds;
mod layer;
mod metric;
mod other;
mod primary;
pub mod queue;
mod reason;
mod requests;
mod rules;
mod service;
mod shared;
#[cfg(test)]
mod tests;
mod value;
mod when;
#[cfg(feature = "http")]
mod whole;

pub use answer::{Answer, Kind, NoAnswer};
pub use config::FallbackConfig;
pub use degrade::{Degrade, Degraded, Mark, Marked, Unmarked};
pub use failed::Failed;
pub use function::{Function, FunctionFuture};
pub use future::ResponseFuture;
pub use handle::Fallback;
#[cfg(feature = "http")]
pub use http::X_DEGRADED;
pub use layer::FallbackLayer;
pub use metric::{CALLS, IN_FLIGHT};
pub use other::{Other, OtherFuture};
pub use reason::LOST;
pub use requests::{Cloned, Unkept};
pub use service::FallbackService;
pub use value::Value;
pub use when::{Failures, When};
#[cfg(feature = "http")]
pub use whole::WholeBody;
