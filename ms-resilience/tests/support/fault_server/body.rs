//! A body that comes in pieces.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::http::HeaderMap;
use bytes::Bytes;
use http_body::{Body, Frame};
use tokio::sync::Notify;

#[derive(Debug)]
pub(super) enum Piece {
    Data(&'static [u8]),
    /// What came before goes out alone.
    Flush,
    Trailers(HeaderMap),
    /// Asks for the end of the connection.
    Cut(Arc<Notify>),
}

/// A body that comes in pieces.
#[derive(Debug, Default)]
pub(super) struct Pieces(VecDeque<Piece>);

impl Pieces {
    pub(super) fn new(pieces: impl IntoIterator<Item = Piece>) -> Self {
        Self(pieces.into_iter().collect())
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let frame = match self.0.pop_front() {
            None => None,
            Some(Piece::Data(data)) => Some(Frame::data(Bytes::from_static(data))),
            Some(Piece::Trailers(trailers)) => Some(Frame::trailers(trailers)),
            Some(Piece::Flush) => {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Some(Piece::Cut(cut)) => {
                cut.notify_one();
                return Poll::Pending;
            }
        };
        Poll::Ready(frame.map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }
}
