//! How far a policy watches a call: to the head of the response, or to the end of its body.
//!
//! Whoever admits a call holds something for it: a permit, a place, an outcome that is still to
//! be recorded. That thing is its watch. With [`Head`] it ends when the response has come;
//! `ms_core::http::guard::BodyEnd` hands it to the body.
//!
//! ```
//! use ms_core::reach::{Head, Reach};
//!
//! struct Permit;
//!
//! let mut permit = Some(Permit);
//! let response = Head::deliver("response", || permit.take().unwrap());
//! assert!(permit.is_some()); // the head needs no watch: whoever has it ends it now
//! assert_eq!(response, "response");
//! ```

/// What becomes of a response whose call was watched.
pub trait Reach<Res, W> {
    /// The response that the caller sees.
    type Response;

    /// Passes on `response`. What goes on beyond the head takes the `watch`; if it is not taken,
    /// the call is over.
    fn deliver(response: Res, watch: impl FnOnce() -> W) -> Self::Response;
}

/// The call is over when the response has come: the default, and all that there is without HTTP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Head;

impl<Res, W> Reach<Res, W> for Head {
    type Response = Res;

    #[inline]
    fn deliver(response: Res, _: impl FnOnce() -> W) -> Res {
        response
    }
}
