//! Requests of the crate `http`, with any body.

use ::http::Request;
use http_body::Body;

use super::kept::KeptRequest;
use super::{number, safe};
use crate::http::replay::ReplayBody;
use crate::repeat::{NotRepeatable, Repeat, SafeIf};

/// Requests of the crate `http`, with any body.
///
/// A client that sends them takes `http::Request<ReplayBody<B>>`.
///
/// ```
/// use http::Request;
/// use http_body_util::Empty;
/// use ms_core::http::repeat::Requests;
/// use ms_core::repeat::Repeat;
///
/// let read = Request::get("http://shop/books").body(Empty::<&[u8]>::new()).unwrap();
/// let order = Request::post("http://shop/orders").body(Empty::<&[u8]>::new()).unwrap();
/// assert!(Requests.is_safe(&read));
/// assert!(!Requests.is_safe(&order));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Requests;

impl Requests {
    /// They are safe to send twice also where `is_safe` says so.
    ///
    /// ```
    /// use http::Request;
    /// use http_body_util::Empty;
    /// use ms_core::http::repeat::Requests;
    /// use ms_core::repeat::Repeat;
    ///
    /// let searches = Requests.safe_if(|request| request.uri().path().ends_with("/search"));
    /// let search = Request::post("http://shop/search").body(Empty::<&[u8]>::new()).unwrap();
    /// assert!(searches.is_safe(&search));
    /// ```
    #[must_use]
    pub const fn safe_if<B, F>(self, is_safe: F) -> SafeIf<Self, F>
    where
        F: Fn(&Request<B>) -> bool,
    {
        SafeIf::new(self, is_safe)
    }
}

impl<B: Body> Repeat<Request<B>> for Requests {
    type Sent = Request<ReplayBody<B>>;
    type Kept = KeptRequest<B>;

    #[inline]
    fn is_safe(&self, request: &Request<B>) -> bool {
        safe::is_safe(request.method(), request.headers())
    }

    #[inline]
    fn split(&self, request: Request<B>, limit: usize) -> (Self::Sent, Self::Kept) {
        KeptRequest::split(request, limit)
    }

    #[inline]
    fn once(&self, request: Request<B>) -> Self::Sent {
        request.map(ReplayBody::committed)
    }

    #[inline]
    fn again(&self, kept: &Self::Kept) -> Result<Self::Sent, NotRepeatable> {
        kept.again()
    }

    #[inline]
    fn last(&self, kept: Self::Kept) -> Result<Self::Sent, NotRepeatable> {
        kept.last()
    }

    #[inline]
    fn check(&self, kept: &Self::Kept) -> Result<(), NotRepeatable> {
        kept.check()
    }

    #[inline]
    fn number(&self, sent: &mut Self::Sent, attempt: u32) {
        number::write(sent.headers_mut(), attempt);
    }
}
