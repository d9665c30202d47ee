//! What a response over HTTP or gRPC says about the health of the peer.
//!
//! ```
//! use http::{HeaderMap, HeaderValue, Response};
//! use ms_core::http::classify::{Grpc, Http};
//! use ms_core::http::headers::GRPC_STATUS;
//! use ms_core::verdict::{Classify, Failure, Verdict};
//!
//! let refused = Response::builder().status(403).body(()).unwrap();
//! assert_eq!(Http.classify(Ok::<_, &std::fmt::Error>(&refused)), Verdict::Success);
//!
//! let trailers = HeaderMap::from_iter([(GRPC_STATUS, HeaderValue::from_static("14"))]);
//! assert_eq!(Grpc::trailers(&trailers), Failure::IF_SAFE.into());
//! ```
//!
//! # Behaviour
//!
//! A peer that answers is healthy, also when its answer is no: only its own trouble is a failure.
//! What it asks for, by `Retry-After` or `grpc-retry-pushback-ms`, stands in the
//! [`Failure`](crate::verdict::Failure) as it is; who waits caps it. A pushback that says stop
//! makes the failure final.
//!
//! | HTTP | gRPC | verdict |
//! |---|---|---|
//! | 429, 503 | `RESOURCE_EXHAUSTED` | failure, overloaded; sent again if that is safe |
//! | 408, 425, 500, 502, 504 | `UNAVAILABLE`, `DEADLINE_EXCEEDED` | failure; sent again if safe |
//! | all other 5xx | `UNKNOWN`, `INTERNAL`, `DATA_LOSS`, `UNIMPLEMENTED` | failure, final |
//! | | `CANCELLED` | neutral |
//! | all others | all others | success |
//!
//! gRPC says how a call ended in the headers only if there is no body. Otherwise the head counts
//! as success and the trailers decide: a policy that follows the body asks [`ended`].

mod ended;
mod grpc;
mod http;
#[cfg(feature = "tonic-0_14")]
mod status;
#[cfg(feature = "tonic-0_14")]
mod tonic;
mod verdict;

pub use ended::ended;
pub use grpc::Grpc;
pub use http::Http;
