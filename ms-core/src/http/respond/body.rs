//! The body of the service, or what a caller is told instead.

use std::mem::take;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project::pin_project;

/// The body of the service, untouched, or the text of a problem.
#[pin_project]
#[derive(Debug)]
pub struct RespondBody<B> {
    #[pin]
    content: Content<B>,
}

#[pin_project(project = ContentProjection)]
#[derive(Debug)]
enum Content<B> {
    Service(#[pin] B),
    Text(Bytes),
}

impl<B> RespondBody<B> {
    pub(super) const fn service(body: B) -> Self {
        Self { content: Content::Service(body) }
    }

    pub(super) const fn text(text: Bytes) -> Self {
        Self { content: Content::Text(text) }
    }
}

impl<B: Body<Data = Bytes>> Body for RespondBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    #[inline]
    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match self.project().content.project() {
            ContentProjection::Service(body) => body.poll_frame(cx),
            ContentProjection::Text(text) if text.is_empty() => Poll::Ready(None),
            ContentProjection::Text(text) => Poll::Ready(Some(Ok(Frame::data(take(text))))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Service(body) => body.is_end_stream(),
            Content::Text(text) => text.is_empty(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Service(body) => body.size_hint(),
            Content::Text(text) => {
                SizeHint::with_exact(u64::try_from(text.len()).unwrap_or(u64::MAX))
            }
        }
    }
}
