//! Moves on to the next endpoint when one fails, and gradually back.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), ms_core::rejection::BoxError> {
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::Empty;
//! use ms_core::http::replay::ReplayBody;
//! use ms_core::rejection::BoxError;
//! use ms_resilience::breaker::CircuitBreakerLayer;
//! use ms_resilience::failover::Failover;
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! // The client of one region, behind a circuit of its own.
//! let region = |name: &'static str| {
//!     let client = service_fn(move |_: Request<ReplayBody<Empty<Bytes>>>| async move {
//!         let status = if name == "eu" { 503 } else { 200 };
//!         Ok::<_, BoxError>(Response::builder().status(status).body(name)?)
//!     });
//!     CircuitBreakerLayer::named(name).layer(client)
//! };
//!
//! let users = Failover::named("users", [region("eu"), region("us")])?;
//! let request = Request::get("http://users/7").body(Empty::new())?;
//! assert_eq!(users.oneshot(request).await?.into_body(), "us");
//! # Ok(())
//! # }
//! ```
//!
//! ```text
//!  call ──▶ eu ── is not available, not ready in time, refuses ──────────────────▶ us ──▶ …
//!           │                                                                     ▲
//!           ├──── fails ──▶ may it be sent twice? is it paid for? is there time? ─┤ all yes
//!           │                                                                     ▼ one no
//!           └──── answers ──▶ the answer                        what eu said, as it is
//!
//!  trusted ── fails 5 times in a row ──▶ away ── one call found it well ──▶ returning
//!     ▲       or is not available         ▲                                  │  │
//!     │                                   └── fails twice in a row ──────────┘  │
//!     └───────────────────── its share of the calls has grown to all ───────────┘
//! ```
//!
//! # Behaviour
//!
//! - **A call goes to the first endpoint** of the list that is trusted and available, and on to the
//!   next when that one fails, as the [classifier](Failover::classify) says; when a policy of its
//!   own refuses the call, such as a full bulkhead; when it is not ready within `patience`; or when
//!   it cannot become ready. A timer is made only for one that is not ready at first.
//! - **Which endpoint is available** it says itself ([`Available`]): put a circuit breaker around
//!   each, as the outermost of its layers. One whose circuit is open is skipped without a call.
//!   When none is available the first is tried all the same, or the call is rejected with
//!   [`UNAVAILABLE`] and told when the first one is back (`if_none_available`).
//! - **What may be sent to another endpoint** is what may be sent twice: of HTTP GET, HEAD,
//!   OPTIONS, TRACE, PUT, DELETE and what bears an `Idempotency-Key`; of other requests what their
//!   [user](Failover::plain) says. What certainly never left, since a connection or a policy of the
//!   endpoint refused it or it never became ready, may go on whatever it is.
//! - **What pays** for a request that an endpoint may have got already is a
//!   [budget](crate::budget). What never left costs nothing. It can be that of a retry
//!   further out, which hears of each success [from there](Failover::draws_on).
//! - **Nothing goes on** when the deadline of the [`Context`](ms_core::context::Context) is over.
//!   Every endpoint that may have got the request counts as an attempt, in the context and in the
//!   headers, on top of those of a retry further out.
//! - **When all fail**, or a call may not go on, the caller gets what the most preferred endpoint
//!   said of those that said anything, unchanged: the error of the primary, unless it was skipped.
//!   One exception: if a request must not be sent twice and another endpoint may have got it, its
//!   error is given, or a retry further out would take the request for one that never left. If no
//!   endpoint said anything, it is [`NOT_READY`], or [`DEADLINE`] where the caller had no more
//!   time.
//! - **An endpoint is left** after so many `failures` in a row, or when it is not available. What
//!   its own policies refuse is no failure, and a call that is given up is one only if it is older
//!   than a second. So a primary that is down soon costs neither time nor budget.
//! - **Calls return gradually.** Now and then one goes to an endpoint that was left, to find out:
//!   after a tenth of `return_over`, then ever more rarely, up to once in `return_over`. If it
//!   succeeds, the endpoint gets a share of the calls that grows from none to all in `return_over`.
//!   Two failures in a row take it back. So an endpoint that comes and goes never gets more than a
//!   few. With `sticky` calls do not return: they stay with the endpoint that works until that one
//!   is left.
//! - The first endpoint uses the instance that was made ready. Each further one is a clone, made
//!   ready inside of the response future; a failover that is ready and idle holds nothing else. It
//!   is ready also while the first endpoint is not: then the call waits.
//! - A response that is a failure is kept until another endpoint has answered, and with it what it
//!   holds. It ends at the head of the response.
//! - A call that is dropped gives back what it had drawn and not spent. A panic is a failure of the
//!   endpoint, goes on unwinding, and is not tried elsewhere.
//!
//! It belongs inside of retry, and outside of the circuit breakers, of which each endpoint has one.
//!
//! ## Endpoints of different types
//!
//! Box what is inside of the circuit, so that the circuits are of one type:
//!
//! ```
//! use ms_core::rejection::BoxError;
//! use ms_resilience::breaker::CircuitBreakerLayer;
//! use ms_resilience::failover::Failover;
//! use tower::util::BoxCloneService;
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), BoxError> {
//! let database = service_fn(|_: u32| async { Err::<String, BoxError>("no route".into()) });
//! let cache = service_fn(|id: u32| async move { Ok::<_, BoxError>(format!("user {id}")) });
//!
//! let users = Failover::named("users", [
//!     CircuitBreakerLayer::named("database").layer(BoxCloneService::new(database)),
//!     CircuitBreakerLayer::named("cache").layer(BoxCloneService::new(cache)),
//! ])?;
//! let users = users.plain(|_: &u32| true).endpoint_names(["database", "cache"])?;
//! assert_eq!(users.oneshot(7).await?, "user 7");
//! # Ok(())
//! # }
//! ```
//!
//! What has no circuit says so:
//! [`AlwaysAvailable::new`](ms_core::availability::AlwaysAvailable::new).
//!
//! # Defaults
//!
//! | setting | default |
//! |---|---|
//! | `patience` | 100 ms |
//! | `failures` | 5 in a row |
//! | `return_over` | 30 s |
//! | `sticky` | no |
//! | `if_none_available` | the first is tried |
//! | `keep` | 64 KiB |
//! | `budget` | funded by successes: 0.1 each, at most 10, 1 to start with |
//!
//! There may be 16 endpoints.
//!
//! # What it reports
//!
//! Kind `failover`; `resilience.failover.calls` by `outcome`, once for each call: `answered` by the
//! endpoint that was asked first, `moved` (another one answered), `failed` (no endpoint was left),
//! `rejected` (none was asked), `cancelled`; or why it did not go on: `final` (another would not
//! mend it), `unsafe`, `committed`, `deadline`, `budget`. `resilience.failover.endpoint.calls` by
//! `endpoint` and `outcome`: `answered`, `failed`, `rejected`, `not_ready`, `cancelled`;
//! `.endpoint.share` (1 for one that is trusted, 0 for one that was left), `.endpoint.left`;
//! `.budget.tokens`, `.budget.limit`, `.budget.spent` and `.budget.refused`. Events `left`,
//! `returns`, `returned`, and `switched` where calls stick, in their order; at most once a second
//! each `moved`, and `failed` with how each endpoint did. [`FailoverHandle`] says how the endpoints
//! stand and how each failed last.
//!
//! # Neighbours
//!
//! A retry asks the same endpoint again, after a pause. Balancing spreads calls over endpoints that
//! are equal; here the order of the list is the order of preference. A fallback gives an answer of
//! another kind where there is none.
//!
//! [`Available`]: ms_core::availability::Available

mod call;
mod config;
mod ended;
mod endpoint;
mod event;
mod further;
mod future;
mod handle;
mod late;
mod look;
mod metric;
mod purse;
mod reason;
mod roster;
mod service;
mod settings;
mod setup;
mod shared;
mod standing;
mod state;
mod templates;
#[cfg(test)]
mod tests;
mod turns;
mod wait;

pub use config::{FailoverConfig, IfNoneAvailable};
pub use endpoint::{EndpointSnapshot, EndpointStanding, LastFailure};
pub use future::ResponseFuture;
pub use handle::FailoverHandle;
pub use metric::{
    BUDGET_LIMIT, BUDGET_REFUSED, BUDGET_SPENT, BUDGET_TOKENS, CALLS, ENDPOINT_CALLS,
    ENDPOINT_LEFT, ENDPOINT_SHARE,
};
pub use reason::{DEADLINE, NOT_READY, UNAVAILABLE};
pub use service::Failover;
