//! Requests that are cloned.

use std::fmt;

use super::word::{NotRepeatable, Repeat};

/// Requests that are `Clone`, of which a predicate says what may be done twice.
///
/// ```
/// use ms_core::repeat::{Plain, Repeat};
///
/// let reads = Plain::new(|_: &u32| true);
/// assert!(reads.is_safe(&7));
/// ```
#[derive(Clone, Copy)]
pub struct Plain<F> {
    is_safe: F,
}

impl<F> Plain<F> {
    /// It does no harm to send a request twice if `is_safe` says so.
    pub const fn new(is_safe: F) -> Self {
        Self { is_safe }
    }
}

impl<F, Req> Repeat<Req> for Plain<F>
where
    F: Fn(&Req) -> bool + Clone,
    Req: Clone,
{
    type Sent = Req;
    type Kept = Req;

    #[inline]
    fn is_safe(&self, request: &Req) -> bool {
        (self.is_safe)(request)
    }

    #[inline]
    fn split(&self, request: Req, _limit: usize) -> (Req, Req) {
        (request.clone(), request)
    }

    #[inline]
    fn once(&self, request: Req) -> Req {
        request
    }

    #[inline]
    fn again(&self, kept: &Req) -> Result<Req, NotRepeatable> {
        Ok(kept.clone())
    }

    #[inline]
    fn last(&self, kept: Req) -> Result<Req, NotRepeatable> {
        Ok(kept)
    }

    #[inline]
    fn check(&self, _kept: &Req) -> Result<(), NotRepeatable> {
        Ok(())
    }

    #[inline]
    fn number(&self, _sent: &mut Req, _attempt: u32) {}
}

impl<F> fmt::Debug for Plain<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plain").finish_non_exhaustive()
    }
}
