//! What is kept of a request, for whoever else may have to answer it.

use ms_core::repeat::{NotRepeatable, Repeat};

/// Nothing is kept: for a fallback that needs no request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unkept;

impl<Req> Repeat<Req> for Unkept {
    type Sent = Req;
    type Kept = ();

    fn is_safe(&self, _: &Req) -> bool {
        false
    }

    #[inline]
    fn split(&self, request: Req, _limit: usize) -> (Req, ()) {
        (request, ())
    }

    #[inline]
    fn once(&self, request: Req) -> Req {
        request
    }

    fn again(&self, (): &()) -> Result<Req, NotRepeatable> {
        Err(NotRepeatable::Once)
    }

    fn last(&self, (): ()) -> Result<Req, NotRepeatable> {
        Err(NotRepeatable::Once)
    }

    fn check(&self, (): &()) -> Result<(), NotRepeatable> {
        Err(NotRepeatable::Once)
    }

    fn number(&self, _: &mut Req, _: u32) {}
}

/// Requests are cloned, and nothing is known of what may be done twice: for a function and a
/// queue, which are not the peer.
///
/// ```
/// use ms_core::repeat::Repeat;
/// use ms_resilience::fallback::Cloned;
///
/// let (sent, kept) = Cloned.split("an order", 0);
/// assert_eq!((sent, Cloned.last(kept)), ("an order", Ok("an order")));
/// assert!(!Cloned.is_safe(&sent));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cloned;

impl<Req: Clone> Repeat<Req> for Cloned {
    type Sent = Req;
    type Kept = Req;

    fn is_safe(&self, _: &Req) -> bool {
        false
    }

    #[inline]
    fn split(&self, request: Req, _limit: usize) -> (Req, Req) {
        (request.clone(), request)
    }

    #[inline]
    fn once(&self, request: Req) -> Req {
        request
    }

    fn again(&self, kept: &Req) -> Result<Req, NotRepeatable> {
        Ok(kept.clone())
    }

    fn last(&self, kept: Req) -> Result<Req, NotRepeatable> {
        Ok(kept)
    }

    fn check(&self, _: &Req) -> Result<(), NotRepeatable> {
        Ok(())
    }

    fn number(&self, _: &mut Req, _: u32) {}
}
