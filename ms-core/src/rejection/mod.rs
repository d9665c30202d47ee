//! The one error that our layers make.
//!
//! A policy that refuses a call says which policy it is, why, and when it is worth trying again.
//! It says so in a [`Rejection`], which travels *inside* the error type of the wrapped service: a
//! layer asks only for `S::Error:` [`Rejectable`] and wraps nothing.
//!
//! ```
//! use ms_core::rejectable;
//! use ms_core::rejection::{Fault, Reason, Rejectable, Rejection};
//! use std::time::Duration;
//!
//! const OPEN: Reason = Reason::unavailable("circuit_breaker", "circuit_open")
//!     .text("the circuit is open")
//!     .numbers(&["calls", "failures"]);
//!
//! #[derive(Debug)]
//! enum UserError {
//!     NotFound,
//!     Rejected(Rejection),
//! }
//! rejectable!(UserError::Rejected);
//!
//! let error: UserError = Rejection::new(&OPEN, "users")
//!     .because([20, 12, 0, 0])
//!     .retry_after(Duration::from_secs(4))
//!     .into();
//!
//! let rejection = error.as_rejection().expect("one of ours");
//! assert!(rejection.is(&OPEN));
//! assert_eq!(
//!     rejection.to_string(),
//!     "circuit_breaker `users`: the circuit is open (calls 20, failures 12); retry after 4s",
//! );
//! ```
//!
//! # Behaviour
//!
//! A policy declares its reasons as constants of its own folder; there is no list of all reasons.
//! What a reason's [`Kind`] is in HTTP and gRPC is said once, in `ms_core::http::respond`.

pub(crate) mod reason;
pub(crate) mod rejectable;
pub(crate) mod value;

pub use reason::{Fault, Kind, Reason};
pub use rejectable::Rejectable;
pub use value::{BoxError, Rejection};
