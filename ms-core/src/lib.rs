//! The words that resilient, observable Tower services share.
//!
//! `ms-core` holds no policy. It says what a [`Verdict`](verdict::Verdict) on a call is, what a
//! [`Rejection`](rejection::Rejection) looks like, where [time](clock) and [chance](rng) enter,
//! what [travels with a request](context::Context) and how a policy is
//! [observed](registry::Registry). The layers of `ms-resilience`, `ms-telemetry` and `ms-auth`
//! know these words and not each other.
//!
//! ```
//! use ms_core::rejection::{Reason, Rejection};
//!
//! const CLOSED: Reason = Reason::unavailable("shop", "shop_closed").text("the shop is closed");
//!
//! let rejection = Rejection::new(&CLOSED, "sundays");
//! assert_eq!(rejection.to_string(), "shop `sundays`: the shop is closed");
//! ```
//!
//! | to learn | read |
//! |---|---|
//! | how errors pass through a stack without nesting | [`rejection`], [`error`] |
//! | how one classifier serves every policy | [`verdict`] |
//! | what reaches a client deep in a handler | [`context`], [`deadline`], [`principal`] |
//! | how a policy shows itself | [`registry`] |
//! | how a request is sent again | [`repeat`] |
//! | how shared state stays off the contended line, and calls are counted | [`lease`], [`tally`] |
//! | what HTTP and gRPC add | [`http`](mod@http) |
//! | how to test a layer of your own | `testing` (feature `testing`) |

pub mod availability;
pub mod clock;
pub mod config;
pub mod context;
pub mod deadline;
pub mod error;
#[cfg(feature = "http")]
pub mod http;
pub mod lease;
pub mod name;
pub mod principal;
pub mod reach;
pub mod registry;
pub mod rejection;
pub mod repeat;
pub mod rng;
pub mod sync;
pub mod tally;
#[cfg(feature = "testing")]
pub mod testing;
pub mod verdict;
