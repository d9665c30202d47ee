//! Gives up a call that takes too long.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! use ms_core::rejection::BoxError;
//! use ms_resilience::timeout::TimeoutLayer;
//! use std::time::Duration;
//! use tower::{ServiceBuilder, ServiceExt, service_fn};
//!
//! let hung = service_fn(|_: ()| std::future::pending::<Result<(), BoxError>>());
//! let client = ServiceBuilder::new()
//!     .layer(TimeoutLayer::attempt(Duration::from_millis(500)).name("users"))
//!     .service(hung);
//!
//! let error = client.oneshot(()).await.unwrap_err();
//! assert_eq!(error.to_string(), "timeout `users`: no answer in time (limit_ms 500)");
//! # }
//! ```
//!
//! ```text
//!            total                         attempt
//!   ┌──────────┴───────────┐               ┌──┴──┐
//!   ready · try · pause · try · …     try ─┤     ├─ answer
//!   ├──────────────────────┤               └──┬──┘
//!   0                   deadline        cut to the deadline
//! ```
//!
//! # Behaviour
//!
//! - [`TimeoutLayer`] limits one **attempt**: from the call to the response. It stands inside of
//!   retry and breaker, so that they see a slow peer. [`TotalTimeoutLayer`] limits the **whole**
//!   call, readiness and pauses between attempts included. It stands outside of retry, sets the
//!   deadline of the [`Context`](ms_core::context::Context), and asks for a service that is
//!   `Clone`, since it makes it ready inside of its own future (`BoxCloneService`, not
//!   `BoxService`).
//! - Every limit inside a deadline is cut to what remains of it. Whose time is over says so: a
//!   total that is over says [`TOTAL`], and the attempt that it drops is cancelled. A deadline that
//!   nobody further out enforces, such as one that you set in the `Context`, ends a call for
//!   [`DEADLINE`], which says nothing about the peer.
//! - A result that is ready when the time is over counts: the call is polled before the clock is
//!   looked at. A call that is ready at its first poll needs no clock and no timer; the time
//!   starts to run when there is something to wait for.
//! - A call that is dropped is cancelled, and never reported as timed out. What runs inside is
//!   dropped with it; under a total also when the time is over, inside of its context.
//! - [`until_body_end`](TimeoutLayer::until_body_end) lets the time go on until the body of an
//!   HTTP response is read. For a body that may take long but must not stand still use
//!   [`idle`](crate::idle).
//!
//! # Defaults
//!
//! | setting | attempt | total |
//! |---|---|---|
//! | `limit` | 1 s | 5 s |
//!
//! A limit of zero is refused in a configuration, since half of all readers would take it for
//! "no limit". Given in code, it leaves time for what is ready at once.
//!
//! # What it reports
//!
//! Kinds `timeout` and `total_timeout`; `resilience.timeout.calls` by `scope` (`attempt`, `total`)
//! and `outcome`: `completed` (an answer or an error came in time), `timed_out`, `deadline`,
//! `cancelled`. At most once a second an event `timed_out`, with how many since the last.
//!
//! # Neighbours
//!
//! `tower::timeout` boxes the error, makes a timer for every call, and knows neither deadlines nor
//! bodies. [`deadline`](crate::deadline) reads the time that a caller gives from the headers of
//! its request, and writes it into those of ours.

mod attempt;
#[cfg(feature = "http")]
mod body;
mod config;
mod cutoff;
mod event;
mod handle;
mod layer;
mod reason;
#[cfg(test)]
mod tests;
mod total;
mod total_layer;
mod watch;

pub use attempt::{ResponseFuture, Timeout};
#[cfg(feature = "http")]
pub use body::{BodyCall, Expiry, UntilBodyEnd};
pub use config::TimeoutConfig;
pub use handle::CALLS;
pub use layer::TimeoutLayer;
pub use reason::{ATTEMPT, DEADLINE, TOTAL};
pub use total::{TotalResponseFuture, TotalTimeout};
pub use total_layer::TotalTimeoutLayer;
pub use watch::Rest;
