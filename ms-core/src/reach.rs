//! How far a policy watches a call: to the head of the response, or to the end of its body.
//!
//! Whoever admits a call holds something for it: a permit, a place, an outcome that is still to
//! be recorded. That thing is its watch. [`Head`] ends it when the response has come;
//! `ms_core::http::guard::BodyEnd` hands it to the body.
//!
//! ```
//! use ms_core::reach::{Head, Reach};
//!
//! struct Permit;
//! let response = <Head as Reach<_, _>>::deliver("response", Permit);
//! assert_eq!(response, "response");
//! ```

/// What becomes of a response whose call was watched.
pub trait Reach<Res, W> {
    /// The response that the caller sees.
    type Response;

    /// Passes on `response`; `watch` ends now, or with the response's body.
    fn deliver(response: Res, watch: W) -> Self::Response;
}

/// The watch ends when the response has come: the default, and all that there is without HTTP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Head;

impl<Res, W> Reach<Res, W> for Head {
    type Response = Res;

    #[inline]
    fn deliver(response: Res, watch: W) -> Res {
        drop(watch);
        response
    }
}
