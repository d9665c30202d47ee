//! The body of a response that may be kept, or was.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};
use pin_project::{pin_project, pinned_drop};

use super::super::whole::WholeBody;
use super::recording::Recording;

/// The body of a response that may be kept, or was. What comes is passed on at once.
#[pin_project(PinnedDrop)]
pub struct CachedBody<B> {
    #[pin]
    source: Source<B>,
}

#[pin_project(project = SourceProj)]
enum Source<B> {
    Live {
        #[pin]
        inner: B,
        /// Empty where nothing is to be kept, and once that is decided.
        recording: Option<Recording>,
    },
    Kept(#[pin] WholeBody),
}

impl<B> CachedBody<B> {
    pub(super) const fn kept(body: WholeBody) -> Self {
        Self { source: Source::Kept(body) }
    }

    pub(super) const fn passed(inner: B) -> Self {
        Self { source: Source::Live { inner, recording: None } }
    }
}

impl<B: Body> CachedBody<B> {
    pub(super) fn recorded(inner: B, recording: Recording) -> Self {
        if inner.is_end_stream() {
            recording.finish(None);
            return Self::passed(inner);
        }
        Self { source: Source::Live { inner, recording: Some(recording) } }
    }
}

impl<B: Body> Body for CachedBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match self.project().source.project() {
            SourceProj::Live { mut inner, recording } => {
                let polled = ready!(inner.as_mut().poll_frame(cx));
                let frame = polled.map(|polled| polled.map(whole));
                record(recording, frame.as_ref(), || inner.is_end_stream());
                Poll::Ready(frame)
            }
            SourceProj::Kept(body) => body.poll_frame(cx).map_err(|never| match never {}),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Live { inner, .. } => inner.is_end_stream(),
            Source::Kept(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Live { inner, .. } => inner.size_hint(),
            Source::Kept(body) => body.size_hint(),
        }
    }
}

/// The same frame, its data in one piece.
fn whole<D: Buf>(frame: Frame<D>) -> Frame<Bytes> {
    frame.map_data(|mut data| data.copy_to_bytes(data.remaining()))
}

/// Takes note of what went by. One that failed is let go, and so is not kept.
fn record<E>(
    slot: &mut Option<Recording>,
    frame: Option<&Result<Frame<Bytes>, E>>,
    is_end: impl FnOnce() -> bool,
) {
    let Some(mut recording) = slot.take() else { return };
    match frame {
        None => recording.finish(None),
        Some(Err(_)) => {}
        Some(Ok(frame)) => {
            if let Some(trailers) = frame.trailers_ref() {
                recording.finish(Some(trailers));
            } else if frame.data_ref().is_none_or(|data| recording.add(data)) {
                if is_end() {
                    recording.finish(None);
                } else {
                    *slot = Some(recording);
                }
            }
        }
    }
}

/// Who reads a body often stops when all is there that was declared.
#[pinned_drop]
impl<B> PinnedDrop for CachedBody<B> {
    fn drop(self: Pin<&mut Self>) {
        if let SourceProj::Live { recording, .. } = self.project().source.project()
            && let Some(recording) = recording.take_if(|recording| recording.is_delivered())
        {
            recording.finish(None);
        }
    }
}

impl<B> fmt::Debug for CachedBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = match &self.source {
            Source::Live { recording: Some(_), .. } => "recorded",
            Source::Live { .. } => "passed",
            Source::Kept(_) => "kept",
        };
        f.debug_struct("CachedBody").field("source", &source).finish_non_exhaustive()
    }
}
