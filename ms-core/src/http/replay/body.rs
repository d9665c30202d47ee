//! The body that one attempt sends.

use std::fmt;
use std::mem::replace;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::thread::panicking;

use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};

use super::recording::{Between, Recording, Slot};
use crate::repeat::NotRepeatable;

/// A request body that replays what earlier attempts sent, and goes on with the original body.
///
/// Its data are [`Bytes`], without a copy if those of the original body are; its error is that of
/// the original body.
pub struct ReplayBody<B> {
    source: Source<B>,
    /// The next piece to replay.
    next: usize,
}

enum Source<B> {
    /// What is still to come of the original body is kept.
    Started(B, Recording, Slot<B>),
    /// It is not.
    Committed(B),
    /// Nothing is still to come of it.
    Whole(Recording),
    /// Nothing is to come at all.
    Over,
}

impl<B> ReplayBody<B> {
    pub(super) const fn started(body: B, recording: Recording, slot: Slot<B>) -> Self {
        Self { source: Source::Started(body, recording, slot), next: 0 }
    }

    /// A body of which nothing is kept: for a request that is sent once.
    pub const fn committed(body: B) -> Self {
        Self { source: Source::Committed(body), next: 0 }
    }

    pub(super) const fn whole(recording: Recording) -> Self {
        Self { source: Source::Whole(recording), next: 0 }
    }

    fn replay(&mut self) -> Option<Frame<Bytes>> {
        let (Source::Started(_, recording, _) | Source::Whole(recording)) = &self.source else {
            return None;
        };
        let piece = recording.piece(self.next)?.clone();
        self.next += 1;
        Some(Frame::data(piece))
    }

    /// The original body has ended, and all of it was kept.
    fn publish(&mut self) {
        if let Source::Started(body, recording, slot) = replace(&mut self.source, Source::Over) {
            slot.put(Between::Whole(recording));
            drop(body);
        }
    }

    /// There will be no further attempt; with a `body`, this one goes on.
    fn commit(&mut self, why: NotRepeatable) {
        match replace(&mut self.source, Source::Over) {
            Source::Started(body, _, slot) => {
                slot.put(Between::Nothing(why));
                self.source = Source::Committed(body);
            }
            other => self.source = other,
        }
    }
}

impl<B: Body> ReplayBody<B> {
    /// Keeps what went by.
    fn keep(&mut self, frame: &Frame<Bytes>) {
        let Source::Started(body, recording, slot) = &mut self.source else {
            return;
        };
        let fits = frame.data_ref().is_none_or(|data| recording.keep(data));
        if !fits || slot.is_forgotten() {
            return self.commit(NotRepeatable::TooLarge);
        }
        self.next = recording.pieces();
        if let Some(trailers) = frame.trailers_ref() {
            recording.keep_trailers(trailers.clone());
            self.publish();
        } else if body.is_end_stream() {
            self.publish();
        }
    }
}

impl<B> Body for ReplayBody<B>
where
    B: Body + Unpin,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.get_mut();
        if let Some(frame) = this.replay() {
            return Poll::Ready(Some(Ok(frame)));
        }
        let polled = match &mut this.source {
            Source::Started(body, ..) | Source::Committed(body) => {
                ready!(Pin::new(body).poll_frame(cx))
            }
            Source::Whole(recording) => {
                let trailers = recording.take_trailers();
                return Poll::Ready(trailers.map(|trailers| Ok(Frame::trailers(trailers))));
            }
            Source::Over => return Poll::Ready(None),
        };
        Poll::Ready(match polled {
            None => {
                this.publish();
                None
            }
            Some(Err(error)) => {
                this.commit(NotRepeatable::Broken);
                Some(Err(error))
            }
            Some(Ok(frame)) => {
                let frame = frame.map_data(|mut data| data.copy_to_bytes(data.remaining()));
                this.keep(&frame);
                Some(Ok(frame))
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Started(body, recording, _) => {
                self.next == recording.pieces() && body.is_end_stream()
            }
            Source::Committed(body) => body.is_end_stream(),
            Source::Whole(recording) => {
                self.next == recording.pieces() && !recording.has_trailers()
            }
            Source::Over => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Started(body, recording, _) => {
                more(&body.size_hint(), recording.len_from(self.next))
            }
            Source::Committed(body) => body.size_hint(),
            Source::Whole(recording) => SizeHint::with_exact(recording.len_from(self.next)),
            Source::Over => SizeHint::with_exact(0),
        }
    }
}

/// Puts back what the next attempt needs.
impl<B> Drop for ReplayBody<B> {
    fn drop(&mut self) {
        let Source::Started(body, recording, slot) = replace(&mut self.source, Source::Over) else {
            return;
        };
        if panicking() {
            slot.put(Between::Nothing(NotRepeatable::Broken));
        } else if !slot.is_forgotten() {
            slot.put(Between::Started(body, recording));
        }
    }
}

impl<B> fmt::Debug for ReplayBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (source, kept) = match &self.source {
            Source::Started(_, recording, _) => ("started", recording.pieces()),
            Source::Committed(_) => ("committed", 0),
            Source::Whole(recording) => ("whole", recording.pieces()),
            Source::Over => ("over", 0),
        };
        let mut debug = f.debug_struct("ReplayBody");
        debug.field("source", &source).field("kept", &kept).field("next", &self.next).finish()
    }
}

/// `hint` for `len` bytes more.
fn more(hint: &SizeHint, len: u64) -> SizeHint {
    let mut sum = SizeHint::new();
    sum.set_lower(hint.lower().saturating_add(len));
    if let Some(upper) = hint.upper() {
        sum.set_upper(upper.saturating_add(len));
    }
    sum
}
