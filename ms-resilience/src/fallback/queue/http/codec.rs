//! How requests over HTTP become bytes.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BufMut};
use http::{HeaderMap, Request};
use http_body::Body;
use ms_core::rejection::BoxError;
use pin_project::pin_project;

use super::super::super::whole::WholeBody;
use super::super::codec::{Decode, Encode};
use super::entry::{read, write_body, write_head};

/// How many bytes a body may have by default.
const LIMIT: usize = 256 * 1024;

/// Makes bytes of requests over HTTP, and requests of bytes.
///
/// Method, address, headers, body and trailers are written; extensions are not, nor are
/// `Authorization`, `Proxy-Authorization`, `Cookie` and other values that are marked as sensitive,
/// for an entry may lie on a disk for long: let the stack that it is delivered by add what it
/// needs.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use http::Request;
/// use http_body_util::{BodyExt, Full};
/// use ms_resilience::fallback::queue::{Decode, Encode, HttpCodec};
///
/// let body = Full::<bytes::Bytes>::from("two books");
/// let order = Request::post("http://shop/orders").body(body).unwrap();
/// let entry = HttpCodec::default().encode(order).await.unwrap();
/// let order = HttpCodec::default().decode(&entry).unwrap();
/// assert_eq!(order.uri(), "http://shop/orders");
/// assert_eq!(order.into_body().collect().await.unwrap().to_bytes(), "two books");
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpCodec {
    limit: usize,
}

impl HttpCodec {
    /// A body may have so many bytes.
    #[must_use]
    pub const fn up_to(bytes: usize) -> Self {
        Self { limit: bytes }
    }
}

impl Default for HttpCodec {
    /// A body may have 256 KiB.
    fn default() -> Self {
        Self::up_to(LIMIT)
    }
}

impl<B> Encode<Request<B>> for HttpCodec
where
    B: Body,
    B::Error: Into<BoxError>,
{
    type Future = HttpEncoding<B>;

    fn encode(&self, request: Request<B>) -> HttpEncoding<B> {
        let (parts, body) = request.into_parts();
        let mut entry = Vec::new();
        write_head(&parts, &mut entry);
        HttpEncoding {
            entry,
            body,
            data: Vec::new(),
            trailers: HeaderMap::new(),
            limit: self.limit,
        }
    }
}

impl Decode for HttpCodec {
    type Request = Request<WholeBody>;

    fn decode(&self, entry: &[u8]) -> Result<Request<WholeBody>, BoxError> {
        let (request, trailers) = read(entry)?;
        let trailers = Some(trailers).filter(|trailers| !trailers.is_empty());
        Ok(request.map(|data| WholeBody::new(data, trailers)))
    }
}

/// The future of an [`HttpCodec`]: reads the body of a request.
#[pin_project]
#[must_use = "futures do nothing unless polled"]
pub struct HttpEncoding<B> {
    /// All but the body.
    entry: Vec<u8>,
    #[pin]
    body: B,
    data: Vec<u8>,
    trailers: HeaderMap,
    limit: usize,
}

impl<B> Future for HttpEncoding<B>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    type Output = Result<Vec<u8>, BoxError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        while let Some(frame) = ready!(this.body.as_mut().poll_frame(cx)) {
            match frame.map_err(Into::into)?.into_data() {
                Ok(data) if data.remaining() > *this.limit - this.data.len() => {
                    return Poll::Ready(Err("the body is longer than what may wait".into()));
                }
                Ok(data) => this.data.put(data),
                Err(frame) => {
                    this.trailers.extend(frame.into_trailers().unwrap_or_default());
                }
            }
        }
        write_body(this.data, this.trailers, this.entry);
        Poll::Ready(Ok(std::mem::take(this.entry)))
    }
}

impl<B> fmt::Debug for HttpEncoding<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpEncoding").field("read", &self.data.len()).finish_non_exhaustive()
    }
}
