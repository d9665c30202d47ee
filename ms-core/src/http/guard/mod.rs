//! A response body that ends a watch: once, and at the right moment.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use bytes::Bytes;
//! use http::Response;
//! use http_body_util::{BodyExt, Full};
//! use ms_core::http::guard::{BodyEnd, End, Watch};
//! use ms_core::reach::Reach;
//! use std::sync::mpsc;
//!
//! struct Permit(mpsc::Sender<&'static str>);
//!
//! impl<E> Watch<E> for Permit {
//!     fn end(self, end: End<'_, E>) {
//!         let said = match end {
//!             End::Complete { .. } => "complete",
//!             _ => "not complete",
//!         };
//!         self.0.send(said).unwrap();
//!     }
//! }
//!
//! let (told, tell) = mpsc::channel();
//! let response = Response::new(Full::<Bytes>::from("a body"));
//! let response = BodyEnd::deliver(response, || Permit(told));
//!
//! assert!(tell.try_recv().is_err());
//! response.into_body().collect().await.unwrap();
//! assert_eq!(tell.try_recv(), Ok("complete"));
//! # }
//! ```
//!
//! # Behaviour
//!
//! ```text
//! response head          frames                                     the watch ends
//! ──────┬────────────────┬─────┬─────┬───── trailers ────────────── Complete, with the trailers
//!       │                │     │     └───── end of the stream ───── Complete
//!       │                │     └─────────── error ───────────────── Failed
//!       │                ├───────────────── panic ───────────────── Panicked
//!       │                └───────────────── dropped half-read ───── Dropped
//!       ├── dropped, never polled ───────────────────────────────── Complete
//!       └── nothing to come (204, HEAD, trailers-only) ──────────── Complete, at once
//! ```
//!
//! A body that is dropped is complete if it is at its end, if all of its declared length was
//! delivered, or if it was never polled: servers often do not poll to the end. Its declared length
//! is what the body knew at the start or, where it did not know, what `content-length` said.
//!
//! Frames pass untouched and the error type stays. The body is polled inside the
//! [`Context`](crate::context::Context) of the call, since servers poll it outside the handler's,
//! and the watch ends in there too.

mod body;
mod reach;
pub(in crate::http) mod watch;

#[cfg(test)]
mod tests;

pub use body::GuardBody;
pub use reach::BodyEnd;
pub use watch::{End, Watch};
