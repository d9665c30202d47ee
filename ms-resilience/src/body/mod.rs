//! A body that fails when its time is over, as several policies need it.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! use http_body_util::{BodyExt, channel::Channel};
//! use ms_core::deadline::Limit;
//! use ms_core::rejection::{BoxError, Reason, Rejectable, Rejection};
//! use ms_resilience::body::{Expire, Over, TimedBody};
//! use std::time::Duration;
//!
//! const LATE: Reason = Reason::deadline("example", "late");
//!
//! struct Late;
//! impl Expire for Late {
//!     fn expire(&mut self, _: Over) -> Rejection {
//!         Rejection::new(&LATE, "downloads")
//!     }
//! }
//!
//! let (_sender, hung) = Channel::<bytes::Bytes, BoxError>::new(1);
//! let body = TimedBody::until(hung, Limit::within(Duration::from_secs(2)), Late);
//! let error = body.collect().await.unwrap_err();
//! assert!(error.as_rejection().unwrap().is(&LATE));
//! # }
//! ```
//!
//! # Behaviour
//!
//! - Frames that are ready cost no clock and no timer, and are delivered also when the time is
//!   over at the same moment.
//! - A body can be given a moment by which it must have ended, and an idle limit: how long it may
//!   keep its reader waiting without progress. Only waiting counts: a reader that is slow itself
//!   does not use up the limit of the body.
//! - When the time is over, the body fails once, with the rejection that its policy makes, and
//!   ends.

mod expire;
mod idle;
mod timed;

#[cfg(test)]
mod tests;

pub use expire::{Expire, Over};
pub use idle::Idle;
pub use timed::TimedBody;
