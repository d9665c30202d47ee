//! Rejections become responses: a stack of layers fits a router that knows no errors.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use axum::{Router, body::Body, response::Response, routing::get};
//! use http::Request;
//! use ms_core::http::respond;
//! use ms_core::rejection::{Reason, Rejection};
//! use std::time::Duration;
//! use tower::{ServiceBuilder, ServiceExt};
//!
//! const FULL: Reason = Reason::unavailable("bulkhead", "bulkhead_full");
//! let full = |_: Result<Response, Rejection>| {
//!     Err::<Response, _>(Rejection::new(&FULL, "orders").retry_after(Duration::from_millis(1500)))
//! };
//!
//! let app: Router = Router::new()
//!     .route("/orders", get(|| async { "two books" }))
//!     .layer(respond(ServiceBuilder::new().map_result(full)));
//!
//! let response = app.oneshot(Request::get("/orders").body(Body::empty()).unwrap()).await.unwrap();
//! assert_eq!(response.status(), 503);
//! assert_eq!(response.headers()["retry-after"], "2");
//! # }
//! ```
//!
//! ```text
//!            ┌ RespondService: error Infallible, body RespondBody<B> ┐
//! request ─▶ │ your layers: error Rejection, BoxError, Error<E>, …   │ ─▶ response
//!            │ Fallible: error Rejection                             │
//!            │ the router's own service: error Infallible            │
//!            └───────────────────────────────────────────────────────┘
//! ```
//!
//! # Behaviour
//!
//! A response of the service passes untouched. A rejection becomes, by its
//! [`Kind`](crate::rejection::Kind):
//!
//! | kind | HTTP | gRPC |
//! |---|---|---|
//! | `Unavailable` | 503 | 14 `UNAVAILABLE` |
//! | `Exhausted` | 429 | 8 `RESOURCE_EXHAUSTED` |
//! | `Deadline` | 504 | 4 `DEADLINE_EXCEEDED` |
//! | `Invalid` | 400 | 3 `INVALID_ARGUMENT` |
//! | `Unauthenticated` | 401 | 16 `UNAUTHENTICATED` |
//! | `Forbidden` | 403 | 7 `PERMISSION_DENIED` |
//! | `Internal` | 500 | 13 `INTERNAL` |
//!
//! Over HTTP it has an `application/problem+json` body (RFC 9457), with the code and the text of
//! the reason and neither the policy, its name, its numbers nor what caused it; and `Retry-After`
//! if there is a wait. The answer to HEAD has no body. A request whose content type is gRPC's
//! gets `grpc-status`, `grpc-message` and `grpc-retry-pushback-ms`, and nothing else. Headers that
//! the rejection carries go along. The `&'static` [`Reason`](crate::rejection::Reason) stands in
//! the extensions of the response, for telemetry further out.
//!
//! An error without a rejection in it is answered by 500; what it says does not leave the process
//! but stands in an event of level `ERROR` with target `ms::respond`. An error of readiness is the
//! answer to the one call that follows, and not the end of the service.
//!
//! It belongs right outside of the layers that may refuse, and inside of telemetry.

mod body;
mod fallible;
mod form;
mod future;
mod grpc;
mod layer;
mod problem;
mod refusal;
mod service;
pub mod status;

pub use body::RespondBody;
pub use fallible::{Fallible, FallibleFuture};
pub use future::RespondFuture;
pub use layer::{RespondLayer, respond};
pub use service::RespondService;
