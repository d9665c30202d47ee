//! The requests of reqwest.

use std::fmt;

use reqwest_0_13::Request;

use super::{number, safe};
use crate::repeat::{NotRepeatable, Repeat, SafeIf};

/// The requests of reqwest, which are cloned.
///
/// A body that streams can be sent [once](NotRepeatable::Once). One that is in memory is shared and
/// not copied; even so one beyond the limit is [too large](NotRepeatable::TooLarge), as with every
/// other client, for the limit says as well how much is worth sending again.
///
/// By default reqwest itself repeats, up to twice and without a number, what a peer refused, and
/// what it ended by a GOAWAY, some of which the peer may have seen. A client whose requests must
/// not be done twice is built with `retry(reqwest::retry::never())`, which leaves that to the
/// policy, and with `redirect(Policy::none())`, since an error does not tell whether it came after
/// a redirect.
///
/// ```
/// use ms_core::http::repeat::Reqwest;
/// use ms_core::repeat::{NotRepeatable, Repeat};
/// use reqwest_0_13::{Body, Method, Request};
///
/// let mut order = Request::new(Method::POST, "http://shop/orders".parse().unwrap());
/// *order.body_mut() = Some("two books".into());
///
/// let (first, kept) = Reqwest.split(order, 64);
/// assert_eq!(first.body().and_then(Body::as_bytes), Some(&b"two books"[..]));
/// let second = Reqwest.again(&kept).unwrap();
/// assert_eq!(second.body().and_then(Body::as_bytes), Some(&b"two books"[..]));
///
/// let (_, kept) = Reqwest.split(second, 8);
/// assert_eq!(Reqwest.check(&kept), Err(NotRepeatable::TooLarge));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reqwest;

impl Reqwest {
    /// They are safe to send twice also where `is_safe` says so.
    #[must_use]
    pub const fn safe_if<F>(self, is_safe: F) -> SafeIf<Self, F>
    where
        F: Fn(&Request) -> bool,
    {
        SafeIf::new(self, is_safe)
    }
}

/// What is kept of a request of reqwest: another one, or why there is none.
pub struct KeptReqwest(Result<Request, NotRepeatable>);

impl Repeat<Request> for Reqwest {
    type Sent = Request;
    type Kept = KeptReqwest;

    #[inline]
    fn is_safe(&self, request: &Request) -> bool {
        safe::is_safe(request.method(), request.headers())
    }

    fn split(&self, request: Request, limit: usize) -> (Request, KeptReqwest) {
        let body = request.body().and_then(|body| body.as_bytes());
        let kept = match body {
            Some(body) if body.len() > limit => Err(NotRepeatable::TooLarge),
            _ => cloned(&request),
        };
        (request, KeptReqwest(kept))
    }

    #[inline]
    fn once(&self, request: Request) -> Request {
        request
    }

    fn again(&self, kept: &KeptReqwest) -> Result<Request, NotRepeatable> {
        kept.0.as_ref().map_err(|why| *why).and_then(cloned)
    }

    #[inline]
    fn last(&self, kept: KeptReqwest) -> Result<Request, NotRepeatable> {
        kept.0
    }

    #[inline]
    fn check(&self, kept: &KeptReqwest) -> Result<(), NotRepeatable> {
        kept.0.as_ref().map(|_| ()).map_err(|why| *why)
    }

    #[inline]
    fn number(&self, sent: &mut Request, attempt: u32) {
        number::write(sent.headers_mut(), attempt);
    }
}

/// Without the request: there are secrets in its address and its headers.
impl fmt::Debug for KeptReqwest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeptReqwest").field(&self.0.as_ref().map(|_| ())).finish()
    }
}

fn cloned(request: &Request) -> Result<Request, NotRepeatable> {
    request.try_clone().ok_or(NotRepeatable::Once)
}
