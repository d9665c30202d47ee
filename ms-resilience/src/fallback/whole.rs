//! A body over HTTP that is there already.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};

/// A body over HTTP that is there already, in one piece, with its trailers.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use http_body_util::BodyExt;
/// use ms_resilience::fallback::WholeBody;
///
/// let body = WholeBody::from("a page");
/// assert_eq!(body.collect().await.unwrap().to_bytes(), "a page");
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct WholeBody {
    /// Empty once it was given.
    data: Option<Bytes>,
    trailers: Option<HeaderMap>,
}

impl WholeBody {
    /// A body of `data`, and then `trailers`.
    #[must_use]
    pub fn new(data: impl Into<Bytes>, trailers: Option<HeaderMap>) -> Self {
        Self { data: Some(data.into()).filter(|data| !data.is_empty()), trailers }
    }
}

impl<T: Into<Bytes>> From<T> for WholeBody {
    fn from(data: T) -> Self {
        Self::new(data, None)
    }
}

impl Body for WholeBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let data = self.data.take().map(Frame::data);
        Poll::Ready(data.or_else(|| self.trailers.take().map(Frame::trailers)).map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none() && self.trailers.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.data.as_ref().map_or(0, Bytes::len) as u64)
    }
}
