//! A request on its way into the queue.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use pin_project::pin_project;

use super::shared::Shared;
use super::store::{Change, Store, StoreError};

/// What the queue says of an entry that it accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    /// Its number, which no other entry of the queue ever has.
    pub id: u64,
}

/// Why the queue did not accept an entry.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum PushError {
    /// There is no room for it.
    Full,
    /// It could not be made safe.
    Store(StoreError),
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "the queue is full",
            Self::Store(_) => "the entry could not be stored",
        })
    }
}

impl Error for PushError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Full => None,
            Self::Store(error) => Some(error),
        }
    }
}

/// The future of [`Queue::push`](super::Queue::push). Dropped before it is ready, the entry is
/// withdrawn.
#[pin_project]
#[must_use = "futures do nothing unless polled"]
pub struct Push<St: Store> {
    /// Empty if there was no room, and once it is over.
    room: Option<Room<St>>,
    #[pin]
    written: Option<St::Written>,
}

/// The room for an entry that is being written.
struct Room<St: Store> {
    shared: Arc<Shared<St>>,
    id: u64,
    /// Empty once it was accepted or refused.
    entry: Option<Arc<[u8]>>,
}

impl<St: Store> Push<St> {
    pub(super) fn new(shared: &Arc<Shared<St>>, entry: Vec<u8>) -> Self {
        let Some(id) = shared.reserve(entry.len()) else {
            shared.counters.refused.count();
            return Self { room: None, written: None };
        };
        let entry: Arc<[u8]> = entry.into();
        // First of all: from here on the room is given back, whatever happens.
        let room = Room { shared: Arc::clone(shared), id, entry: Some(Arc::clone(&entry)) };
        let written = shared.store.write(Change::Push { id, entry });
        Self { room: Some(room), written: Some(written) }
    }
}

impl<St: Store> Future for Push<St> {
    type Output = Result<Receipt, PushError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let Some(written) = this.written.as_mut().as_pin_mut() else {
            return Poll::Ready(Err(PushError::Full));
        };
        let written = ready!(written.poll(cx));
        let Some(mut room) = this.room.take() else { return Poll::Pending };
        Poll::Ready(match written {
            Ok(()) => Ok(room.accept()),
            Err(error) => {
                room.refuse();
                Err(PushError::Store(error))
            }
        })
    }
}

impl<St: Store> Room<St> {
    fn accept(&mut self) -> Receipt {
        if let Some(entry) = self.entry.take() {
            self.shared.accept(self.id, entry);
        }
        Receipt { id: self.id }
    }

    fn refuse(&mut self) {
        if let Some(entry) = self.entry.take() {
            self.shared.held().line.release(entry.len());
            self.shared.counters.refused.count();
        }
    }
}

/// Nobody was told that it was accepted: so it is not to be there.
impl<St: Store> Drop for Room<St> {
    fn drop(&mut self) {
        if let Some(entry) = self.entry.take() {
            drop(self.shared.store.write(Change::Done { id: self.id }));
            self.shared.held().line.release(entry.len());
            self.shared.counters.withdrawn.count();
        }
    }
}

impl<St: Store> fmt::Debug for Push<St> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.room.as_ref().map(|room| room.id);
        f.debug_struct("Push").field("id", &id).finish_non_exhaustive()
    }
}
