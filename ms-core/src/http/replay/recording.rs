//! What went by, and what becomes of it between two attempts.

use std::sync::Arc;

use ::http::HeaderMap;
use bytes::{Bytes, BytesMut};

use crate::repeat::NotRepeatable;
use crate::sync::{Mutex, lock};

/// More pieces than these become one, so that a body of tiny frames keeps neither a long list nor
/// the large buffers that they are slices of.
const MAX_PIECES: usize = 64;

/// The frames that went by. A single one takes no allocation.
#[derive(Debug, Clone)]
pub(super) struct Recording {
    first: Option<Bytes>,
    rest: Vec<Bytes>,
    trailers: Option<HeaderMap>,
    room: usize,
}

impl Recording {
    /// For at most `limit` bytes of data.
    pub(super) const fn new(limit: usize) -> Self {
        Self { first: None, rest: Vec::new(), trailers: None, room: limit }
    }

    /// Keeps `data`, and tells whether there was room for it.
    pub(super) fn keep(&mut self, data: &Bytes) -> bool {
        let Some(room) = self.room.checked_sub(data.len()) else {
            return false;
        };
        self.room = room;
        if data.is_empty() {
            return true;
        }
        if self.pieces() == MAX_PIECES {
            self.join();
        }
        match self.first {
            None => self.first = Some(data.clone()),
            Some(_) => self.rest.push(data.clone()),
        }
        true
    }

    pub(super) fn keep_trailers(&mut self, trailers: HeaderMap) {
        self.trailers = Some(trailers);
    }

    pub(super) fn pieces(&self) -> usize {
        usize::from(self.first.is_some()) + self.rest.len()
    }

    pub(super) fn piece(&self, index: usize) -> Option<&Bytes> {
        match index {
            0 => self.first.as_ref(),
            _ => self.rest.get(index - 1),
        }
    }

    /// How many bytes the pieces from `index` on have.
    pub(super) fn len_from(&self, index: usize) -> u64 {
        let len: usize = self.all().skip(index).map(Bytes::len).sum();
        u64::try_from(len).unwrap_or(u64::MAX)
    }

    pub(super) const fn has_trailers(&self) -> bool {
        self.trailers.is_some()
    }

    pub(super) fn take_trailers(&mut self) -> Option<HeaderMap> {
        self.trailers.take()
    }

    fn all(&self) -> impl Iterator<Item = &Bytes> {
        self.first.iter().chain(&self.rest)
    }

    fn join(&mut self) {
        let mut joined = BytesMut::with_capacity(self.all().map(Bytes::len).sum());
        for piece in self.all() {
            joined.extend_from_slice(piece);
        }
        self.first = Some(joined.freeze());
        self.rest.clear();
    }
}

/// Where the original body and what was kept of it wait for the next attempt.
#[derive(Debug)]
pub(super) struct Slot<B>(Arc<Mutex<Between<B>>>);

/// What the slot holds.
#[derive(Debug)]
pub(super) enum Between<B> {
    /// The original body, not yet at its end, and what went by of it.
    Started(B, Recording),
    /// All of it.
    Whole(Recording),
    /// Nothing, for this reason.
    Nothing(NotRepeatable),
}

impl<B> Slot<B> {
    pub(super) fn new(between: Between<B>) -> Self {
        Self(Arc::new(Mutex::new(between)))
    }

    pub(super) fn share(&self) -> Self {
        Self(Arc::clone(&self.0))
    }

    /// Whether nobody can ask for another attempt any more.
    pub(super) fn is_forgotten(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }

    pub(super) fn put(&self, between: Between<B>) {
        // What was there is dropped after the lock is released: it may be a foreign body.
        let _before = std::mem::replace(&mut *lock(&self.0), between);
    }

    /// Why nothing can be taken.
    pub(super) fn check(&self) -> Result<(), NotRepeatable> {
        match &*lock(&self.0) {
            Between::Nothing(why) => Err(*why),
            Between::Started(..) | Between::Whole(_) => Ok(()),
        }
    }

    /// Takes out what is not whole, and copies what is.
    pub(super) fn take(&self) -> Between<B> {
        let mut slot = lock(&self.0);
        match &*slot {
            Between::Whole(recording) => Between::Whole(recording.clone()),
            Between::Nothing(why) => Between::Nothing(*why),
            Between::Started(..) => {
                std::mem::replace(&mut *slot, Between::Nothing(NotRepeatable::InUse))
            }
        }
    }
}
