//! The calls of a generated gRPC client.

use ::http::Request;
use tonic_0_14::body::Body;

use super::kept::KeptRequest;
use super::{number, safe};
use crate::http::replay::ReplayBody;
use crate::repeat::{NotRepeatable, Repeat, SafeIf};

/// The calls of a generated gRPC client, sent with the body that a tonic `Channel` takes.
///
/// All of them are POST, so none is safe by itself: say which are by [`safe_if`](Self::safe_if), or
/// give them an `Idempotency-Key`.
///
/// ```
/// use http::Request;
/// use ms_core::http::repeat::Tonic;
/// use ms_core::repeat::Repeat;
/// use tonic_0_14::body::Body;
///
/// let calls = Tonic.safe_if(|call| call.uri().path() == "/shop.Stock/Count");
/// let call = |path| Request::post(path).body(Body::empty()).unwrap();
/// assert!(calls.is_safe(&call("/shop.Stock/Count")));
/// assert!(!calls.is_safe(&call("/shop.Stock/Take")));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tonic;

impl Tonic {
    /// They are safe to send twice also where `is_safe` says so.
    #[must_use]
    pub const fn safe_if<F>(self, is_safe: F) -> SafeIf<Self, F>
    where
        F: Fn(&Request<Body>) -> bool,
    {
        SafeIf::new(self, is_safe)
    }
}

impl Repeat<Request<Body>> for Tonic {
    type Sent = Request<Body>;
    type Kept = KeptRequest<Body>;

    #[inline]
    fn is_safe(&self, request: &Request<Body>) -> bool {
        safe::is_safe(request.method(), request.headers())
    }

    fn split(&self, request: Request<Body>, limit: usize) -> (Request<Body>, Self::Kept) {
        let (first, kept) = KeptRequest::split(request, limit);
        (boxed(first), kept)
    }

    #[inline]
    fn once(&self, request: Request<Body>) -> Request<Body> {
        request
    }

    fn again(&self, kept: &Self::Kept) -> Result<Request<Body>, NotRepeatable> {
        kept.again().map(boxed)
    }

    fn last(&self, kept: Self::Kept) -> Result<Request<Body>, NotRepeatable> {
        kept.last().map(boxed)
    }

    #[inline]
    fn check(&self, kept: &Self::Kept) -> Result<(), NotRepeatable> {
        kept.check()
    }

    #[inline]
    fn number(&self, sent: &mut Request<Body>, attempt: u32) {
        number::write(sent.headers_mut(), attempt);
    }
}

fn boxed(request: Request<ReplayBody<Body>>) -> Request<Body> {
    request.map(Body::new)
}
