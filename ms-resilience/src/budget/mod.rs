//! What pays for attempts beyond the first, shared by all policies that make them.
//!
//! ```
//! use ms_resilience::budget::{Budget, Funded};
//!
//! // One account for everything that tries again at this peer.
//! let users = Budget::new(Funded::default().cap(20.0))?;
//! let (retry, hedge) = (users.clone(), users.clone());
//!
//! let token = retry.draw();
//! assert!(token.is_some() && hedge.draw().is_none());
//! drop(token); // the attempt was never made
//! assert!(hedge.draw().is_some());
//! # Ok::<(), ms_core::config::ConfigError>(())
//! ```
//!
//! ```text
//!   success ── 0.1 ──▶ ┌─────────┐ cap 10
//!   success ── 0.1 ──▶ │ budget  │ ── 1 ──▶ retry
//!                      │  ░░░░░  │ ── 1 ──▶ hedge
//!   cancelled ── 1 ──▶ └─────────┘ ── 1 ──▶ failover
//! ```
//!
//! # Behaviour
//!
//! - While a peer is healthy, successes fill the account, and a failure now and then is tried
//!   again. When it fails for everybody, the account is soon empty, and nobody adds to the load:
//!   attempts beyond the first are at most a tenth of what succeeded before.
//! - A first attempt never draws. Each further one draws a [`Token`] before its pause. The token is
//!   spent once the attempt is made; it goes back if the call is given up before, or if our own
//!   side refused the attempt. None is lost, and none comes back twice.
//! - What our own side refuses (an open circuit further in) is never charged and funds nothing.
//! - Counted in hundred-thousandths of a token, exactly: ten times 0.1 is 1.
//! - A success costs one look while the account is full, and one atomic addition while it is not.
//!   Only a ratio reads the clock, and counts every call.
//!
//! # The kinds
//!
//! | kind | pays for an attempt while |
//! |---|---|
//! | [`Funded`] | a token is there, which costs 1; the default |
//! | [`Ratio`] | at most a share of the calls of the last while were tried again |
//! | [`GrpcThrottle`] | more than half is left; failures cost 1, attempts nothing |
//! | [`Budget::unlimited`] | always: where something else bounds the attempts |
//!
//! None has a reserve per second by default: that grows with the number of processes, while what a
//! peer in trouble can take does not.
//!
//! # Defaults
//!
//! | kind | setting | default |
//! |---|---|---|
//! | `funded` | `per_success`, `cap`, `start` | 0.1, 10, 1 |
//! | `ratio` | `share`, `window`, `reserve` | 0.1, 10 s, 0 |
//! | `grpc_throttle` | `max_tokens`, `token_ratio` | 10, 0.1 |
//!
//! # What it reports
//!
//! [`Budget::snapshot`]: what there is, the limit, how many attempts were paid for and how many
//! refused. The policies that draw on it show these as gauges and counters of their own; those of
//! an account that several share say the same.

mod account;
mod config;
mod handle;
mod snapshot;
#[cfg(test)]
mod tests;
mod token;
mod tokens;
mod window;

pub use config::{BudgetConfig, Funded, GrpcThrottle, Ratio};
pub use handle::Budget;
pub use snapshot::Snapshot;
pub use token::Token;
