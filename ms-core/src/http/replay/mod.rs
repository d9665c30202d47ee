//! A request body that streams, and can be sent again.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use bytes::Bytes;
//! use http_body_util::{BodyExt, Full};
//! use ms_core::http::replay::{LIMIT, split};
//!
//! let (first, kept) = split(Full::<Bytes>::from("two books"), LIMIT);
//! drop(first); // the first attempt failed before it sent anything
//!
//! let second = kept.again().unwrap();
//! assert_eq!(second.collect().await.unwrap().to_bytes(), "two books");
//!
//! let third = kept.again().unwrap();
//! assert_eq!(third.collect().await.unwrap().to_bytes(), "two books");
//! # }
//! ```
//!
//! # Behaviour
//!
//! ```text
//!                     kept           still in the original body
//! original body  ┌──────────────┬────────────────────────────────
//! 1st attempt    ────────────────▶ dropped here
//! 2nd attempt    ══════════════──────────────────────▶ dropped
//! 3rd attempt    ════════════════════════════════════────────────▶ end
//!                replayed (═) what went by before, then read on (─)
//! ```
//!
//! An attempt streams: nothing waits for a body to be complete. What goes by is kept by reference,
//! trailers too, up to a limit of [`LIMIT`] bytes unless another is given. Beyond it what was kept
//! is let go and the request is committed: there is no second attempt. A body that says at the
//! start that it is longer is committed from the start, and nothing of it is kept. An empty body
//! can be sent any number of times and costs no allocation.
//!
//! The attempt owns all of this; it returns it when it is dropped, or has read all. So polling
//! takes no lock, and as long as an earlier attempt lives and has not read all, [`Kept::again`]
//! says [`InUse`]. Clients drop the body of a call that was given up soon after, in a task of their
//! own: ask after the pause before the next attempt, not before it.
//!
//! [`InUse`]: crate::repeat::NotRepeatable::InUse
//!
//! Dropping [`Kept`] is how one says that there will be no further attempt: from then on nothing
//! more is kept.

mod body;
mod kept;
mod recording;

#[cfg(test)]
pub(in crate::http) mod tests;

pub use body::ReplayBody;
pub use kept::{Kept, LIMIT, split};
