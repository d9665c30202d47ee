//! What is kept of a request body, to send it again.

use std::fmt;

use http_body::Body;

use super::body::ReplayBody;
use super::recording::{Between, Recording, Slot};
use crate::repeat::NotRepeatable;

/// How many bytes are kept by default: 64 KiB.
pub const LIMIT: usize = 64 * 1024;

/// The body for the first attempt, and what makes the bodies for further ones.
///
/// At most `limit` bytes are kept.
///
/// ```
/// use bytes::Bytes;
/// use http_body_util::Full;
/// use ms_core::http::replay::split;
/// use ms_core::repeat::NotRepeatable;
///
/// let (first, kept) = split(Full::<Bytes>::from("longer than four bytes"), 4);
/// drop(first);
/// assert_eq!(kept.again().err(), Some(NotRepeatable::TooLarge));
/// ```
pub fn split<B: Body>(body: B, limit: usize) -> (ReplayBody<B>, Kept<B>) {
    if body.is_end_stream() {
        return (ReplayBody::whole(Recording::new(0)), Kept(State::Empty));
    }
    if usize::try_from(body.size_hint().lower()).map_or(true, |least| least > limit) {
        return (ReplayBody::committed(body), Kept(State::Committed));
    }
    let slot = Slot::new(Between::Nothing(NotRepeatable::InUse));
    let first = ReplayBody::started(body, Recording::new(limit), slot.share());
    (first, Kept(State::Slot(slot)))
}

/// What is kept of a request body. Dropped, it says that there is no further attempt.
pub struct Kept<B>(State<B>);

enum State<B> {
    Empty,
    Committed,
    Slot(Slot<B>),
}

impl<B> Kept<B> {
    /// The body for a further attempt.
    ///
    /// Once an attempt has read all of the body, any number of further ones may live at a time.
    ///
    /// # Errors
    /// When the body is longer than the limit, still in use, or broken.
    pub fn again(&self) -> Result<ReplayBody<B>, NotRepeatable> {
        let slot = match &self.0 {
            State::Empty => return Ok(ReplayBody::whole(Recording::new(0))),
            State::Committed => return Err(NotRepeatable::TooLarge),
            State::Slot(slot) => slot,
        };
        match slot.take() {
            Between::Started(body, recording) => {
                Ok(ReplayBody::started(body, recording, slot.share()))
            }
            Between::Whole(recording) => Ok(ReplayBody::whole(recording)),
            Between::Nothing(why) => Err(why),
        }
    }

    /// Whether [`again`](Self::again) would succeed now.
    ///
    /// # Errors
    /// Why it would not.
    pub fn check(&self) -> Result<(), NotRepeatable> {
        match &self.0 {
            State::Empty => Ok(()),
            State::Committed => Err(NotRepeatable::TooLarge),
            State::Slot(slot) => slot.check(),
        }
    }
}

impl<B> fmt::Debug for Kept<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Kept").field(&self.check()).finish()
    }
}
