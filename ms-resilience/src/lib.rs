//! Tower layers that keep a service standing when what it depends on does not.
//!
//! Each policy is a folder that can be read alone; none knows another. All of them follow the
//! same rules, which `docs/semantics.md` in the repository lists together with their tests.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! use ms_core::error::{Error, ErrorLayer};
//! use ms_core::rejection::Rejectable;
//! use ms_resilience::timeout::{self, TimeoutLayer};
//! use std::{convert::Infallible, time::Duration};
//! use tower::{ServiceBuilder, ServiceExt, service_fn};
//!
//! let users = ServiceBuilder::new()
//!     .layer(TimeoutLayer::total(Duration::from_secs(2)))
//!     .layer(TimeoutLayer::attempt(Duration::from_millis(500)))
//!     .layer(ErrorLayer) // an `Infallible` cannot hold a rejection
//!     .service(service_fn(|_: u32| std::future::pending::<Result<String, Infallible>>()));
//!
//! let error: Error<Infallible> = users.oneshot(7).await.unwrap_err();
//! assert!(error.as_rejection().unwrap().is(&timeout::ATTEMPT));
//! # }
//! ```
//!
//! Every layer has a `new(name, config)`, which refuses settings that make no sense, and a
//! `named(name)` with the defaults; shorthands such as [`TimeoutLayer::total`] take what they are
//! given.
//!
//! [`TimeoutLayer::total`]: timeout::TimeoutLayer::total
//!
//! | policy | it answers |
//! |---|---|
//! | [`bulkhead`] | how many calls may be in flight at a time? |
//! | [`breaker`] | is it worth calling this peer now? |
//! | [`retry`] | is it worth trying again, and does that do no harm? |
//! | [`failover`] | which of several endpoints is asked, and which next? |
//! | [`timeout`] | how long may an attempt, or the whole call, take? |
//! | [`idle`] | how long may a body stand still? |
//! | [`standard`] | in which order, and with which settings that fit together? |
//! | [`deadline`] | how much time did our caller give us, and how much do we give on? |
//! | [`fallback`] | what is given where a service fails? |
//!
//! Where calls are to be kept apart by host, tenant or route, a policy can be had for each key:
//! [`BulkheadLayer::per`](bulkhead::BulkheadLayer::per). How many are kept is bounded: see
//! [`keyed`].
//!
//! # When it does not compile
//!
//! "The method `oneshot` exists … but its trait bounds were not satisfied" hides the cause. Return
//! the stack from a function `fn client() -> impl Service<Request>`, and the compiler names it:
//! most often an error that cannot hold a rejection (put `ms_core::error::ErrorLayer` right around
//! the client), a service that is not `Clone` under a total timeout (`BoxCloneService` instead of
//! `BoxService`), or an endpoint of a failover that does not know whether it is worth calling (put
//! a circuit breaker around it, or `ms_core::availability::AlwaysAvailable`).

#[cfg(feature = "http")]
pub mod body;
#[cfg(feature = "breaker")]
pub mod breaker;
#[cfg(any(feature = "failover", feature = "retry"))]
pub mod budget;
#[cfg(feature = "bulkhead")]
pub mod bulkhead;
#[cfg(feature = "deadline")]
pub mod deadline;
#[cfg(feature = "failover")]
pub mod failover;
#[cfg(feature = "fallback")]
pub mod fallback;
#[cfg(feature = "idle")]
pub mod idle;
#[cfg(any(feature = "breaker", feature = "bulkhead"))]
pub mod keyed;
#[cfg(all(doctest, feature = "standard"))]
mod readme;
#[cfg(feature = "retry")]
pub mod retry;
#[cfg(feature = "retry")]
pub mod schedule;
#[cfg(feature = "standard")]
pub mod standard;
#[cfg(feature = "timeout")]
pub mod timeout;
