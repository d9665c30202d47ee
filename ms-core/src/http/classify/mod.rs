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
//!
//! # What certainly never left
//!
//! An error is a failure after which a request is sent again if that is safe. Some errors prove
//! that nobody has seen the request; after those it is sent again whatever it is. The proof is
//! looked for along the sources of the error, and only what is certain counts:
//!
//! | error | feature |
//! |---|---|
//! | nobody listened: an `io::Error` of kind `ConnectionRefused` | |
//! | no connection, or not in time: `is_connect` of the pooled client | `hyper-util-0_1` |
//! | the connection closed before it took the request: `is_canceled` of hyper | `hyper-1` |
//! | the peer refused the stream: a reset with `REFUSED_STREAM` | `hyper-1` |
//! | the same in an error of reqwest, which is known then | `reqwest-0_13` |
//! | a channel found no connection, and all of hyper's in a `tonic::Status` | `tonic-0_14` |
//!
//! A GOAWAY is no such proof once the connection has taken the request: hyper does not tell which
//! streams the peer left alone, and gives the same error to a request that the peer may be working
//! on. Nor is what stands behind an error of a request body, which feature `hyper-1` knows: it is
//! about another connection.
//!
//! The errors are looked for by their types: those in the table, boxed ones, and either inside the
//! [`Error`](crate::error::Error) that [`ErrorLayer`](crate::error::ErrorLayer) makes. A classifier
//! for an enum of one's own asks [`never_sent`]. It speaks of the last connection that was tried: a
//! client of reqwest that follows redirects may have done its work at another one before, so give
//! it `redirect::Policy::none()` where requests must not be done twice.

mod ended;
mod grpc;
mod http;
#[cfg(feature = "reqwest-0_13")]
mod reqwest;
#[cfg(feature = "tonic-0_14")]
mod status;
#[cfg(feature = "tonic-0_14")]
mod tonic;
mod transport;
mod unsent;
mod verdict;

pub use ended::ended;
pub use grpc::Grpc;
pub use http::Http;
pub use unsent::never_sent;
