//! The body itself.

use std::fmt;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::Buf;
use http_body::{Body, Frame, SizeHint};
use pin_project::{pin_project, pinned_drop};

use super::watch::{End, Watch};
use crate::context::value::Context;

/// A body that ends a watch once: see the [module](super) for when.
#[pin_project(PinnedDrop)]
pub struct GuardBody<B: Body, W: Watch<B::Error>> {
    #[pin]
    inner: B,
    watch: Option<W>,
    context: Context,
    progress: Progress,
}

/// What decides whether a body that is dropped is complete.
#[derive(Debug, Clone, Copy)]
struct Progress {
    declared: Option<u64>,
    delivered: u64,
    polled: bool,
    /// Left behind by a panic.
    polling: bool,
}

impl<B, W> GuardBody<B, W>
where
    B: Body,
    W: Watch<B::Error>,
{
    /// `inner`, polled inside `context`, whose end is the end of `watch`.
    ///
    /// If nothing is to come, the watch ends now.
    pub fn new(inner: B, watch: W, context: Context) -> Self {
        Self::declared(inner, watch, context, None)
    }

    /// The same; `length` counts where the body does not know its length itself.
    pub(super) fn declared(inner: B, watch: W, context: Context, length: Option<u64>) -> Self {
        let declared = inner.size_hint().exact().or(length);
        let progress = Progress { declared, delivered: 0, polled: false, polling: false };
        let is_over = inner.is_end_stream();
        let mut guard = Self { inner, watch: Some(watch), context, progress };
        if is_over {
            end(&mut guard.watch, &mut guard.context, End::Complete { trailers: None });
        }
        guard
    }
}

impl<B, W> Body for GuardBody<B, W>
where
    B: Body,
    W: Watch<B::Error>,
{
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let (inner, progress) = (this.inner.as_mut(), this.progress);
        progress.polled = true;
        progress.polling = true;
        let polled = this.context.enter(|| inner.poll_frame(cx));
        progress.polling = false;

        let over = match &polled {
            Poll::Pending => None,
            Poll::Ready(None) => Some(End::Complete { trailers: None }),
            Poll::Ready(Some(Err(error))) => Some(End::Failed(error)),
            Poll::Ready(Some(Ok(frame))) => {
                progress.count(frame);
                let trailers = frame.trailers_ref();
                let is_over = trailers.is_some() || this.inner.is_end_stream();
                is_over.then_some(End::Complete { trailers })
            }
        };
        if let Some(over) = over {
            end(this.watch, this.context, over);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[pinned_drop]
impl<B, W> PinnedDrop for GuardBody<B, W>
where
    B: Body,
    W: Watch<B::Error>,
{
    fn drop(self: Pin<&mut Self>) {
        let this = self.project();
        if this.watch.is_none() {
            return;
        }
        let over = if this.progress.polling {
            End::Panicked
        } else if this.progress.is_complete() || this.inner.is_end_stream() {
            End::Complete { trailers: None }
        } else {
            End::Dropped
        };
        end(this.watch, this.context, over);
    }
}

impl<B, W> fmt::Debug for GuardBody<B, W>
where
    B: Body + fmt::Debug,
    W: Watch<B::Error>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardBody")
            .field("inner", &self.inner)
            .field("ended", &self.watch.is_none())
            .field("delivered", &self.progress.delivered)
            .finish_non_exhaustive()
    }
}

impl Progress {
    fn count<D: Buf>(&mut self, frame: &Frame<D>) {
        let len = frame.data_ref().map_or(0, Buf::remaining);
        self.delivered = self.delivered.saturating_add(u64::try_from(len).unwrap_or(u64::MAX));
    }

    fn is_complete(&self) -> bool {
        !self.polled || self.declared.is_some_and(|declared| self.delivered >= declared)
    }
}

/// Taken out first, so that a watch whose own end panics is not told again.
fn end<W: Watch<E>, E>(watch: &mut Option<W>, context: &mut Context, over: End<'_, E>) {
    if let Some(watch) = watch.take() {
        context.enter(|| watch.end(over));
    }
}
