//! Deadlines that travel: read from a caller's request, written into ours.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! use http::{Request, Response};
//! use ms_core::http::headers::X_ENVOY_EXPECTED_RQ_TIMEOUT_MS as TIMEOUT_MS;
//! use ms_core::rejection::{Rejectable, Rejection};
//! use ms_resilience::deadline::{self, DeadlineLayer, PropagateDeadlineLayer};
//! use tower::{Layer, Service, ServiceExt, service_fn};
//!
//! // A service that calls another one, which never answers.
//! let users = service_fn(|request: Request<()>| async move {
//!     assert_eq!(request.headers()[TIMEOUT_MS], "495"); // 5 ms less, for the way
//!     std::future::pending::<Result<Response<()>, Rejection>>().await
//! });
//! let users = PropagateDeadlineLayer::named("users").layer(users);
//! let orders = service_fn(move |_: Request<()>| users.clone().oneshot(Request::new(())));
//!
//! let server = DeadlineLayer::new().layer(orders);
//! let request = Request::get("/").header(TIMEOUT_MS, "500").body(()).unwrap();
//! let rejection = server.oneshot(request).await.unwrap_err();
//! assert!(rejection.is(&deadline::EXCEEDED));
//! # }
//! ```
//!
//! ```text
//!   caller             this service                      the next one
//!     │  500 ms left        │                                  │
//!     ├──── request ───────▶│ DeadlineLayer                    │
//!     │                     │   └▶ Context ─▶ Propagate…Layer  │
//!     │                     │                   ├─ request ───▶│  480 ms left
//!     │                     │◀── dropped ───────┘              │
//!     │◀─── 504 ────────────┤ when the 500 ms are over
//! ```
//!
//! # Behaviour
//!
//! On a server [`DeadlineLayer`] stands right inside of `respond`, outside of everything that may
//! wait:
//!
//! - It reads how much time remains from `grpc-timeout`, `x-envoy-expected-rq-timeout-ms` and a
//!   header of one's choice, in milliseconds; the least counts, and `max` caps it. What is
//!   malformed, negative, repeated or beyond all numbers is ignored, with an event.
//! - It sets the deadline of the [`Context`](ms_core::context::Context), so that every timeout
//!   and every client inside is cut to what remains, and gives up the request when it is over.
//! - Work that cannot finish is refused before it begins: what has no time left, or less than
//!   `min_remaining`. At most the share `max_refused` of all requests is refused in this way, so
//!   that callers whose clocks or settings are wrong cannot take the service down; what exceeds
//!   it runs as if it had no deadline but `max`. With `dark` it only counts what it would refuse.
//! - A caller that goes away cancels the request, which is never reported as a deadline.
//!
//! On a client [`PropagateDeadlineLayer`] stands right outside of the transport:
//!
//! - It writes how much time remains, less `margin` for the way, into the same headers
//!   (`grpc-timeout` only where the request is one of gRPC); where a header gives less already,
//!   that stays. Time that remains, not a moment: the clocks of two machines differ.
//! - A request for which no time is left is rejected without being sent.
//!
//! # Defaults
//!
//! | setting | default |
//! |---|---|
//! | `max` | 60 s |
//! | `unless_given` | none: what brings no deadline has none |
//! | `min_remaining` | 0 s: only what is over is refused |
//! | `max_refused` | 0.5 |
//! | `dark` | false |
//! | `header` | none |
//! | `margin` (client) | 5 ms |
//!
//! # What it reports
//!
//! - Kind `deadline`: `resilience.deadline.calls` with `side` `server`, by `outcome`: `completed`,
//!   `refused`, `exceeded`, `cancelled`; `resilience.deadline.spared` (would have been refused);
//!   `resilience.deadline.ignored_headers`.
//! - Kind `propagate_deadline`: `resilience.deadline.calls` with `side` `client`, by `outcome`:
//!   `completed`, `refused` (not sent), `cancelled`.
//! - At most once a second the events `refused`, `exceeded` and `header_ignored`, each with how
//!   many since the last.
//!
//! # Neighbours
//!
//! A [`timeout`](crate::timeout) says how long *we* are willing to wait. The limit of a whole call
//! is given on like a deadline; that of an attempt is not: its peer sees the attempt given up by a
//! stream that is closed.

mod config;
mod event;
mod future;
mod handle;
mod headers;
mod layer;
mod propagate;
mod propagate_handle;
mod propagate_layer;
mod reason;
mod service;
mod settings;
mod share;
#[cfg(test)]
mod tests;

pub use config::{DeadlineConfig, PropagateDeadlineConfig};
pub use future::ResponseFuture;
pub use handle::{CALLS, IGNORED_HEADERS, SPARED};
pub use layer::DeadlineLayer;
pub use propagate::{PropagateDeadline, PropagateResponseFuture};
pub use propagate_layer::PropagateDeadlineLayer;
pub use reason::{EXCEEDED, EXPIRED};
pub use service::DeadlineService;
