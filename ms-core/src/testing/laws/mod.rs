//! The Tower contract, and ours beyond it, as functions that a layer's tests call.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! use ms_core::rejection::BoxError;
//! use ms_core::testing::laws;
//! use std::time::Duration;
//! use tower::timeout::TimeoutLayer;
//!
//! laws::check(|| TimeoutLayer::new(Duration::from_secs(1))).await;
//! # }
//! ```
//!
//! ```text
//!  law ──call(21)──▶ layer under test ──call(21)──▶ probe
//!   │                                                 │
//!   └────────────── compares what both saw ───────────┘
//! ```
//!
//! # Behaviour
//!
//! [`check`] makes a fresh layer for each law and panics with all laws that are broken, each in a
//! sentence that begins with the law's name. Every law is also a function of its own. A law never
//! hangs: a call that does not finish within an hour of the paused clock, or that is polled
//! 10,000 times, breaks it.
//!
//! The laws wrap a probe of numbers. A layer for HTTP stands between two small adapters:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! use ms_core::testing::laws;
//! use tower::{ServiceBuilder, layer::util::Identity};
//!
//! let layer_for_http = || Identity::new();
//! laws::check(|| {
//!     ServiceBuilder::new()
//!         .map_request(|n: u32| http::Request::new(n))
//!         .layer(layer_for_http())
//!         .map_request(|request: http::Request<u32>| request.into_body())
//!         .into_inner()
//! })
//! .await;
//! # }
//! ```
//!
//! A layer that refuses strangers is asked as somebody who is known: every law runs, and spawns,
//! inside of the context that it is asked in, so `known.scope(laws::check(…))` will do.
//!
//! A layer under test has room for thirty-two calls at once and is patient for a few
//! milliseconds; how it refuses is for its own tests to show. One that by design breaks a law
//! names it in [`check_except`].
//!
//! | rule | laws |
//! |---|---|
//! | S-4 | [`a_dropped_future_drops_the_inner_one`], [`an_unpolled_future_is_harmless`] |
//! | S-4, S-5 | [`a_panic_in_call_unwinds`], [`a_panic_in_poll_unwinds`] |
//! | S-9 | [`services_of_one_layer_live_apart`] |
//! | S-10, calls | [`only_what_is_ready_is_called`], [`a_clone_is_made_ready_anew`] |
//! | S-10, permits | [`an_idle_service_holds_no_permit`], [`one_permit_is_enough`] |
//! | | [`a_dropped_service_gives_its_permit_back`] |
//! | S-10, wakers | [`who_waits_is_woken`], [`who_waits_is_left_alone`] |
//! | | [`the_latest_waker_is_woken`], [`every_waiting_clone_is_woken`] |
//! | S-10, errors | [`a_readiness_error_is_transient`] |
//! | S-14 | [`an_error_passes_unchanged`] |
//! | no rule needed | [`an_answer_passes_unchanged`], [`nothing_finishes_late`] |
//! | | [`many_calls_at_once_all_finish`], [`a_clone_outlives_its_original`] |
//! | | [`a_dropped_service_drops_the_inner_one`] |

mod check;
mod crowds;
mod drive;
mod dropping;
mod panics;
mod passing;
mod readiness;
mod subject;
mod waking;

#[cfg(test)]
mod tests;

pub use check::{check, check_except, check_unclonable, violations};
pub use crowds::{
    a_clone_outlives_its_original, many_calls_at_once_all_finish, services_of_one_layer_live_apart,
};
pub use dropping::{
    a_dropped_future_drops_the_inner_one, a_dropped_service_drops_the_inner_one,
    an_unpolled_future_is_harmless,
};
pub use panics::{a_panic_in_call_unwinds, a_panic_in_poll_unwinds};
pub use passing::{an_answer_passes_unchanged, an_error_passes_unchanged, nothing_finishes_late};
pub use readiness::{
    a_clone_is_made_ready_anew, a_dropped_service_gives_its_permit_back,
    a_readiness_error_is_transient, an_idle_service_holds_no_permit, one_permit_is_enough,
    only_what_is_ready_is_called,
};
pub use subject::{Inner, TestedCloneLayer, TestedLayer, TestedService};
pub use waking::{
    every_waiting_clone_is_woken, the_latest_waker_is_woken, who_waits_is_left_alone,
    who_waits_is_woken,
};
