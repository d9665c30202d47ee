//! Gives up a body that stands still, however long it may take as a whole.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! use http::{Request, Response};
//! use http_body_util::{BodyExt, channel::Channel};
//! use ms_core::rejection::{BoxError, Rejectable};
//! use ms_resilience::idle::{self, IdleTimeoutLayer};
//! use std::time::Duration;
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! let hung = service_fn(|_: Request<()>| async {
//!     let (sender, body) = Channel::<bytes::Bytes, BoxError>::new(1);
//!     std::mem::forget(sender); // never sends, never ends
//!     Ok::<_, BoxError>(Response::new(body))
//! });
//!
//! let client = IdleTimeoutLayer::after(Duration::from_secs(10)).layer(hung);
//! let response = client.oneshot(Request::new(())).await.unwrap();
//! let error = response.into_body().collect().await.unwrap_err();
//! assert!(error.as_rejection().unwrap().is(&idle::STALLED));
//! # }
//! ```
//!
//! ```text
//!  frame ─── 3 s ─── frame ─── 9 s ─── frame ─────── 10 s ───────┤ stalled
//!        the limit starts anew with every progress
//! ```
//!
//! # Behaviour
//!
//! - Only the time counts that the reader waits, from asking for a frame until progress is made.
//!   A reader that is slow itself does not use up the limit of the body.
//! - Progress is `bytes` bytes. With the default, 1, an empty frame is none; with more, a body
//!   that only drips is found out, however regularly it does. Trailers are always progress.
//! - A body that stalls fails with a rejection; whoever reads it decides what that means. A body
//!   that is dropped is cancelled, and never reported as stalled.
//! - On a client it watches the bodies of responses, outside of the transport and inside of
//!   whatever retries. [`of_requests`](IdleTimeoutLayer::of_requests) watches the bodies of
//!   requests: on a server it stands outermost, so that a client that uploads byte by byte holds
//!   no place.
//!
//! # Defaults
//!
//! | setting | default |
//! |---|---|
//! | `limit` | 10 s |
//! | `bytes` | 1 |
//!
//! # What it reports
//!
//! Kind `idle_timeout`; `resilience.idle_timeout.bodies` by `outcome`: `completed`, `failed` (the
//! body's own error), `stalled`, `cancelled`. At most once a second an event `stalled`, with how
//! many since the last.
//!
//! # Neighbours
//!
//! A [`timeout`](crate::timeout) with `until_body_end` limits head and body together. Those of
//! `tower-http` start anew with every frame, however little it brings.

mod config;
mod event;
mod future;
mod handle;
mod layer;
mod reason;
mod requests;
mod service;
#[cfg(test)]
mod tests;
mod watch;

pub use config::IdleTimeoutConfig;
pub use future::ResponseFuture;
pub use handle::BODIES;
pub use layer::{IdleTimeoutLayer, RequestIdleTimeoutLayer};
pub use reason::STALLED;
pub use requests::RequestIdleTimeout;
pub use service::IdleTimeout;
pub use watch::{BodyWatch, Expiry, IdleBody};
