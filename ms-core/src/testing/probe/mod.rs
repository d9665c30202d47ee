//! A service that does what a script says and records what is done to it.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! use ms_core::testing::probe::{Answer, Probe};
//! use std::time::Duration;
//! use tower::ServiceExt;
//!
//! let (probe, handle) = Probe::new(|n: u32| match n {
//!     0 => Answer::never(),
//!     _ => Answer::ready(n * 2).after(Duration::from_secs(1)),
//! });
//!
//! assert_eq!(probe.oneshot(21).await.ok(), Some(42));
//! assert_eq!(handle.requests(), [21]);
//! assert_eq!((handle.seen().finished, handle.seen().unready_calls), (1, 0));
//! # }
//! ```
//!
//! # Behaviour
//!
//! A probe and its clones are one service with one record; a [`ProbeHandle`] reads it, and
//! changes the script at any moment. By default a probe is ready at once. An instance that said
//! that it is ready **reserves**: it keeps its permit until it is called or dropped, as tower's
//! `ConcurrencyLimit` and `Buffer` do. With [`ProbeHandle::limit`] permits are scarce, and a layer
//! that hoards them is seen.
//!
//! A call without a permit is answered all the same and counted in [`Seen::unready_calls`].
//!
//! An answer that panics unwinds without a message on stderr, since it is meant to be caught.
//!
//! | the probe | for |
//! |---|---|
//! | [`Probe::new`] | requests that can be cloned, errors of type `Error<ProbeError>` |
//! | [`Probe::with_error`] | requests that can be cloned, errors of any type |
//! | [`Probe::forgetting`] | any request, any error; requests are not recorded |

mod answer;
mod error;
mod future;
mod handle;
mod readiness;
mod seen;
mod service;
mod shared;
mod waiters;

#[cfg(test)]
mod tests;

pub use answer::{Answer, PANIC_IN_CALL, PANIC_IN_POLL};
pub use error::ProbeError;
pub use future::ProbeFuture;
pub use handle::ProbeHandle;
pub use seen::Seen;
pub use service::Probe;
