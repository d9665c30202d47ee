//! What HTTP and gRPC add: headers, verdicts, bodies and responses.
//!
//! ```
//! use http::Response;
//! use ms_core::http::classify::Http;
//! use ms_core::http::headers::RETRY_AFTER;
//! use ms_core::verdict::Classify;
//! use std::time::Duration;
//!
//! let response = Response::builder().status(503).header(RETRY_AFTER, "4").body(()).unwrap();
//! let outcome: Result<_, &std::io::Error> = Ok(&response);
//! let failure = Http.classify(outcome).failure().copied().unwrap();
//! assert!(failure.overloaded);
//! assert_eq!(failure.retry_after, Some(Duration::from_secs(4)));
//! ```
//!
//! | to learn | read |
//! |---|---|
//! | which headers we use, and how a hostile one is read | [`headers`] |
//! | how the time that remains travels | [`grpc_timeout`], [`envoy_timeout`] |
//! | when a peer wants to be asked again | [`retry_after`] |
//! | how a gRPC call ended | [`grpc_code`] |
//! | what a response says about the peer's health | [`classify`] |
//! | how a request is sent a second time, and which may be | [`repeat`] |
//! | how a request body is | [`replay`] |
//! | how a permit or an outcome follows a response body | [`guard`] |
//! | how a rejection becomes a response | [`respond`](mod@respond) |
//! | how errors become `tonic::Status` | `status` (feature `tonic-0_14`) |

pub mod classify;
mod dialect;
pub mod digits;
pub mod envoy_timeout;
pub mod grpc_code;
pub mod grpc_timeout;
pub mod guard;
pub mod headers;
pub mod repeat;
pub mod replay;
pub mod respond;
pub mod retry_after;
#[cfg(feature = "tonic-0_14")]
pub mod status;

pub use respond::respond;
