//! Refuses calls to a peer that fails, or is slow, too often.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! use ms_core::rejection::{BoxError, Rejectable};
//! use ms_resilience::breaker::{self, CircuitBreakerConfig, CircuitBreakerLayer, CircuitState};
//! use std::time::Duration;
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! let config = CircuitBreakerConfig::default().minimum_calls(10).open(Duration::from_secs(5));
//! let layer = CircuitBreakerLayer::new("users", &config).unwrap();
//! let broken = service_fn(|_: u32| async { Err::<(), BoxError>("refused".into()) });
//! let users = layer.layer(broken);
//!
//! for id in 0..10 {
//!     users.clone().oneshot(id).await.unwrap_err();
//! }
//! assert_eq!(layer.handle().state(), CircuitState::Open);
//!
//! let error = users.oneshot(10).await.unwrap_err();
//! let rejection = error.as_rejection().unwrap();
//! assert!(rejection.is(&breaker::OPEN));
//! assert!(rejection.wait().unwrap() >= Duration::from_secs(5));
//! # }
//! ```
//!
//! ```text
//!             too many failures                 open time over
//!   Closed ─────────────────────▶ Open ───────────────────────────▶ HalfOpen
//!     ▲                             ▲    probes fail or take too long   │
//!     │                             └───────────────────────────────────┤
//!     └──────────────────────────────────────────── probes succeed ─────┘
//!
//!   by hand: ForcedOpen, Disabled           in the shadow: counts, and admits all
//! ```
//!
//! # Behaviour
//!
//! - **Closed**, it looks at the outcomes of the window: the last calls, or those of the last
//!   while. It opens when at least `minimum_calls` were seen and the share of failures, or of slow
//!   calls, reaches its rate; where asked, also after failures in a row. It is as if every outcome
//!   were judged, successes too. Calls under way that are slow already count as slow now.
//! - **Open**, it refuses, without asking the service inside whether it is ready. A rejection says
//!   why and when to come back. The open time grows with every opening in a row, has jitter and a
//!   cap, and is at least as long as the peer asked for (`Retry-After`).
//! - **Half-open**, it lets `probes` calls through at a time. It closes as soon as their outcome
//!   can only be good, and opens again as soon as it can only be bad, or after `half_open_max`; but
//!   it goes on where none is under way and none was bad, since then too few came to decide. A
//!   probe that is dropped, neutral or rejected further in gives its place back.
//! - **After closing** it may admit a growing share of calls (`ramp`) instead of all at once.
//! - A call belongs to the state that admitted it: a straggler that ends in a later one changes
//!   nothing, and is counted as `late`.
//! - A call that is dropped is neutral while it is young, and a slow failure once it is older than
//!   `slow_call` (or 1 s): so a timeout further out opens the circuit. A panic of the service is a
//!   failure, and goes on unwinding.
//! - Rejections of our own side (a full bulkhead) are neutral; an attempt timeout is a failure. A
//!   [classifier](CircuitBreakerLayer::classify) judges the rest, with HTTP and gRPC usually
//!   `ms_core::http::classify`. Failures to become ready are outcomes as well.
//! - With HTTP, [`until_body_end`](CircuitBreakerLayer::until_body_end) lets the body decide as
//!   well: its errors, and the gRPC code in its trailers.
//!
//! - [`per`](CircuitBreakerLayer::per) key (a host, a tenant) there can be a circuit of its own, of
//!   which a [bounded](crate::keyed) number is kept. The key is known only when a call comes: so
//!   the service inside is asked whether it is ready whatever the circuits think.
//!
//! It belongs inside of retry, one for each peer, and outside of the attempt timeout.
//!
//! # Defaults
//!
//! | setting | default |
//! |---|---|
//! | `window` | the calls of the last 10 s |
//! | `minimum_calls` | 20 |
//! | `failure_rate` | 0.5 |
//! | `slow_call`, `slow_rate` | nothing is slow; 0.5 |
//! | `consecutive_failures` | none |
//! | `open`, `open_factor`, `open_max`, `open_jitter` | 5 s, 2, 60 s, 0.1 |
//! | `forgive_after` | 60 s closed, and an opening is a first one again |
//! | `probes`, `half_open_max` | 3; the open time |
//! | `ramp` | none |
//! | `mode` | enforce |
//!
//! # What it reports
//!
//! Kind `circuit_breaker`: `resilience.circuit_breaker.calls` by `outcome` (`success`, `failure`,
//! `slow`, `neutral`, `rejected`, `late`), `.state` (1 for the one it is in), `.transitions` by
//! the state that was entered, `.failure_ratio`, `.slow_ratio`. Every change of state is an event,
//! in order. [`CircuitBreaker`] looks at it and tells it what to do.
//!
//! # Neighbours
//!
//! A timeout bounds one call, a bulkhead how many there are; the circuit looks at how they end.

mod admit;
#[cfg(feature = "http")]
mod body;
mod calls;
mod cell;
mod change;
mod circuit;
mod config;
mod control;
mod count;
mod counts;
mod event;
mod future;
mod handle;
mod hold;
mod keyed_handle;
mod keyed_layer;
mod keyed_service;
mod layer;
mod metric;
mod more;
mod notice;
mod overdue;
mod permit;
mod reason;
mod record;
mod rules;
mod schedule;
mod service;
mod settings;
mod shown;
mod snapshot;
mod state;
mod streak;
#[cfg(test)]
mod tests;
mod window;
mod word;

#[cfg(feature = "http")]
pub use body::{BodyCall, UntilBodyEnd};
pub use cell::HeldOfKey;
pub use config::{CircuitBreakerConfig, Mode, Window};
pub use control::{CircuitBreaker, ForcedOpen};
pub use future::{ResponseFuture, Rest};
pub use hold::{Held, Hold, Seat};
pub use keyed_handle::CircuitBreakers;
pub use keyed_layer::KeyedCircuitBreakerLayer;
pub use keyed_service::KeyedCircuitBreakerService;
pub use layer::CircuitBreakerLayer;
pub use metric::{CALLS, FAILURE_RATIO, SLOW_RATIO, STATE, TRANSITIONS};
pub use reason::{FORCED_OPEN, HALF_OPEN, NOT_READY, OPEN, RAMPING};
pub use service::CircuitBreakerService;
pub use snapshot::Snapshot;
pub use word::CircuitState;
