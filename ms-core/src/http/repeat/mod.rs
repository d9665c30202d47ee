//! How HTTP and gRPC requests are sent again, and which may be.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use bytes::Bytes;
//! use http::Request;
//! use http_body_util::{BodyExt, Full};
//! use ms_core::http::repeat::Requests;
//! use ms_core::repeat::Repeat;
//!
//! let body = Full::<Bytes>::from("two books");
//! let order = Request::put("http://shop/orders/7").body(body).unwrap();
//! assert!(Requests.is_safe(&order));
//!
//! let (mut first, kept) = Requests.split(order, 64 * 1024);
//! Requests.number(&mut first, 1);
//! drop(first); // it failed somewhere on its way
//!
//! let mut second = Requests.last(kept).unwrap();
//! Requests.number(&mut second, 2);
//! assert_eq!(second.headers()["x-envoy-attempt-count"], "2");
//! assert_eq!(second.into_body().collect().await.unwrap().to_bytes(), "two books");
//! # }
//! ```
//!
//! # Behaviour
//!
//! ```text
//! request ──split──▶ sent ──number──▶ client            limit: so much of a body is kept
//!            │
//!            └─────▶ kept ──again──▶ sent ──number──▶ client
//!                      └────last───▶ sent ──number──▶ client
//! ```
//!
//! | requests | feature | a body is | what a client takes |
//! |---|---|---|---|
//! | [`Requests`] | | kept as it goes by: [`replay`] | `http::Request<ReplayBody<B>>` |
//! | `Tonic` | `tonic-0_14` | the same | `http::Request<tonic::body::Body>` |
//! | `Reqwest` | `reqwest-0_13` | cloned, unless it streams | `reqwest::Request` |
//!
//! What is sent again is what was sent first: method, address, version, headers, extensions, body
//! and trailers. That includes what layers further out have written, such as a deadline; so what
//! must be new in each attempt is written further in. Only the number of the attempt is written
//! here, over whatever stood there.
//!
//! # What may be sent again
//!
//! Two different things make it harmless to send a request a second time. The request may be safe
//! itself: GET, HEAD, OPTIONS, TRACE, PUT and DELETE are, and any method with one `Idempotency-Key`
//! that is not empty; `safe_if` adds what only its user knows, such as the gRPC methods that read.
//! Or the failure may prove that the request never left: that is said by the verdict, see
//! [`classify`](super::classify).
//!
//! # What the receiver is told
//!
//! | header | first attempt | second | third |
//! |---|---|---|---|
//! | `x-envoy-attempt-count` | 1 | 2 | 3 |
//! | `grpc-previous-rpc-attempts`, if the content type is one of gRPC | | 1 | 2 |
//!
//! # Neighbours
//!
//! [`replay`] does for one body what this does for a request. [`Plain`](crate::repeat::Plain) does
//! it for any request that is `Clone`.
//!
//! [`replay`]: super::replay

mod kept;
mod number;
mod requests;
#[cfg(feature = "reqwest-0_13")]
mod reqwest;
mod safe;
#[cfg(feature = "tonic-0_14")]
mod tonic;

#[cfg(test)]
mod tests;

pub use kept::KeptRequest;
pub use requests::Requests;
#[cfg(feature = "reqwest-0_13")]
pub use reqwest::{KeptReqwest, Reqwest};
#[cfg(feature = "tonic-0_14")]
pub use tonic::Tonic;
