//! Requests that a predicate knows to be safe.

use std::fmt;

use super::word::{NotRepeatable, Repeat};

/// Requests that are safe to send twice also where a predicate says so.
///
/// ```
/// use ms_core::repeat::{Plain, Repeat, SafeIf};
///
/// let small = Plain::new(|number: &u32| *number < 10);
/// let even = SafeIf::new(small, |number: &u32| number % 2 == 0);
/// assert!(even.is_safe(&7) && even.is_safe(&70));
/// assert!(!even.is_safe(&71));
/// ```
#[derive(Clone, Copy)]
pub struct SafeIf<K, F> {
    requests: K,
    is_safe: F,
}

impl<K, F> SafeIf<K, F> {
    /// Those of `requests`, safe also where `is_safe` says so.
    pub const fn new(requests: K, is_safe: F) -> Self {
        Self { requests, is_safe }
    }
}

impl<K, F, Req> Repeat<Req> for SafeIf<K, F>
where
    K: Repeat<Req>,
    F: Fn(&Req) -> bool + Clone,
{
    type Sent = K::Sent;
    type Kept = K::Kept;

    #[inline]
    fn is_safe(&self, request: &Req) -> bool {
        self.requests.is_safe(request) || (self.is_safe)(request)
    }

    #[inline]
    fn split(&self, request: Req, limit: usize) -> (K::Sent, K::Kept) {
        self.requests.split(request, limit)
    }

    #[inline]
    fn once(&self, request: Req) -> K::Sent {
        self.requests.once(request)
    }

    #[inline]
    fn again(&self, kept: &K::Kept) -> Result<K::Sent, NotRepeatable> {
        self.requests.again(kept)
    }

    #[inline]
    fn last(&self, kept: K::Kept) -> Result<K::Sent, NotRepeatable> {
        self.requests.last(kept)
    }

    #[inline]
    fn check(&self, kept: &K::Kept) -> Result<(), NotRepeatable> {
        self.requests.check(kept)
    }

    #[inline]
    fn number(&self, sent: &mut K::Sent, attempt: u32) {
        self.requests.number(sent, attempt);
    }
}

impl<K: fmt::Debug, F> fmt::Debug for SafeIf<K, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SafeIf").field(&self.requests).finish_non_exhaustive()
    }
}
