//! Tries again what failed, where that helps and does no harm.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), ms_core::rejection::BoxError> {
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::Empty;
//! use ms_core::http::replay::ReplayBody;
//! use ms_core::rejection::BoxError;
//! use ms_resilience::retry::RetryLayer;
//! use tower::{ServiceBuilder, ServiceExt, service_fn};
//!
//! // A peer that is busy at first.
//! type Sent = Request<ReplayBody<Empty<Bytes>>>;
//! let peer = service_fn(|request: Sent| async move {
//!     let is_first = request.headers()["x-envoy-attempt-count"] == "1";
//!     let status = if is_first { 503 } else { 200 };
//!     Ok::<_, BoxError>(Response::builder().status(status).body(())?)
//! });
//!
//! let users = ServiceBuilder::new().layer(RetryLayer::named("users")).service(peer);
//! let request = Request::get("http://users/7").body(Empty::new())?;
//! assert_eq!(users.oneshot(request).await?.status(), 200);
//! # Ok(())
//! # }
//! ```
//!
//! ```text
//!  call ──▶ attempt ──▶ failed? ──no──▶ the answer
//!              ▲           │ yes
//!              │           ▼
//!              │     may it be mended?  attempts left?  may it be sent twice?
//!              │     does the pause fit before the deadline?  is it paid for?
//!              │           │ all yes                 │ one no
//!              │           ▼                         ▼
//!            ready ◀──── pause          this outcome, at once and as it is
//! ```
//!
//! # Behaviour
//!
//! - **What may be sent twice** is known of HTTP: GET, HEAD, OPTIONS, TRACE, PUT, DELETE, and
//!   whatever bears an `Idempotency-Key`. What certainly never left, as after a refused connection,
//!   may be sent whatever it is. The same holds for timeouts: an attempt that took too long may
//!   have done its work. Of other requests their user says it: [`plain`](RetryLayer::plain).
//! - **What is a failure** a [classifier](RetryLayer::classify) says, by default that of HTTP. A
//!   4xx other than 408, 425 and 429 is an answer. What our own side refused further in, as an open
//!   circuit does, is not tried again unless `retry_rejections` asks for it, and is never charged.
//! - **How long it waits** says a [schedule](crate::schedule), or the peer by `Retry-After` or
//!   `grpc-retry-pushback-ms` where that is longer: at most `longest_hint`, and up to a tenth more
//!   by chance. A pause that does not fit before the deadline of the
//!   [`Context`](ms_core::context::Context) is not begun.
//! - **What pays** is a [budget](crate::budget), which all that try again at a peer can share. When
//!   the peer fails for everybody it is soon empty, and retries add no load.
//! - The first attempt uses the instance that was made ready. Each further one owns a clone, makes
//!   it ready, and knows its number: in its context, and in `x-envoy-attempt-count` or
//!   `grpc-previous-rpc-attempts`. A readiness that fails is an outcome like another, of a request
//!   that was never sent.
//! - A body is kept as it goes by, up to `keep`. A request beyond that is committed: it is not sent
//!   again. A response that is superseded is dropped before the pause. If an earlier attempt still
//!   holds the request after the pause, the call gives the error from before it, or
//!   [`NOT_REPEATABLE`] for a response.
//! - It ends at the head of the response: what fails in its body, or stands in gRPC's trailers, is
//!   not tried again.
//! - A call that is dropped during a pause gives back what it had drawn; one that is dropped during
//!   an attempt has spent it. A panic goes on unwinding and is not tried again.
//!
//! It belongs inside of the total timeout, which cuts it as a whole, and outside of the circuit
//! breaker and the attempt timeout, which see every attempt.
//!
//! # Defaults
//!
//! | setting | default |
//! |---|---|
//! | `attempts` | 3 |
//! | `backoff` | exponential from 50 ms, at most 2 s, full jitter |
//! | `budget` | funded by successes: 0.1 each, at most 10, 1 to start with |
//! | `longest_hint` | 30 s |
//! | `keep` | 64 KiB |
//! | `retry_rejections` | no |
//!
//! # What it reports
//!
//! Kind `retry`; `resilience.retry.calls` by `outcome`, once for each call: `success` at the first
//! attempt, `recovered` at a later one, `cancelled`; or why there was no further attempt:
//! `not_retryable`, `attempts` (none left), `unsafe`, `committed`, `deadline`, `budget`.
//! `resilience.retry.attempts` by the number of the attempt (`2`, `3`, `4+`), `.delay`,
//! `.budget.tokens`, `.budget.limit`, `.budget.spent` and `.budget.refused`. At most once a second
//! each an event `retried`, and an event `gave_up` of calls that might have been tried again, with
//! how many since the last and why the latest.
//!
//! # Neighbours
//!
//! A hedge makes the second attempt before the first has failed, a failover at another endpoint.
//! `tower::retry` is a trait to write a policy with. It looks at neither deadlines nor the safety
//! of a request, and its budget has a reserve of ten attempts a second in each process.

mod again;
mod asking;
mod call;
mod config;
mod decide;
mod ended;
mod event;
mod future;
mod handle;

mod late;
mod layer;
mod metric;
mod reason;
mod service;
mod shared;
mod state;
#[cfg(test)]
mod tests;

pub use config::RetryConfig;
pub use future::ResponseFuture;
pub use handle::Retry;
pub use layer::RetryLayer;
pub use metric::{
    ATTEMPTS, BUDGET_LIMIT, BUDGET_REFUSED, BUDGET_SPENT, BUDGET_TOKENS, CALLS, DELAY,
};
pub use reason::NOT_REPEATABLE;
pub use service::RetryService;
