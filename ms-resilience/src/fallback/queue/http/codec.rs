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

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderValue;
    use http_body_util::{BodyExt, Channel, Full};

    use super::*;

    async fn encoded(request: Request<Full<Bytes>>) -> Result<Vec<u8>, BoxError> {
        HttpCodec::up_to(5).encode(request).await
    }

    #[tokio::test]
    async fn s_17_a_body_may_be_as_long_as_the_limit_and_no_longer() {
        let entry = encoded(Request::new(Full::from("12345"))).await.unwrap();
        let body = HttpCodec::default().decode(&entry).unwrap().into_body();
        assert_eq!(body.collect().await.unwrap().to_bytes(), "12345");
        let error = encoded(Request::new(Full::from("123456"))).await.unwrap_err();
        assert_eq!(error.to_string(), "the body is longer than what may wait");
    }

    #[tokio::test]
    async fn a_body_in_pieces_is_written_whole_with_its_trailers_and_a_broken_one_is_not() {
        let (mut sender, body) = Channel::<Bytes, BoxError>::new(4);
        let trailers = HeaderMap::from_iter([(http::header::ETAG, HeaderValue::from_static("7"))]);
        sender.send_data("two ".into()).await.unwrap();
        sender.send_data("books".into()).await.unwrap();
        sender.send_trailers(trailers.clone()).await.unwrap();
        drop(sender);
        let entry = HttpCodec::default().encode(Request::new(body)).await.unwrap();
        let body = HttpCodec::default().decode(&entry).unwrap().into_body();
        let read = body.collect().await.unwrap();
        assert_eq!(read.trailers(), Some(&trailers));
        assert_eq!(read.to_bytes(), "two books");

        let (sender, body) = Channel::<Bytes, BoxError>::new(4);
        sender.abort("reset".into());
        let error = HttpCodec::default().encode(Request::new(body)).await.unwrap_err();
        assert_eq!(error.to_string(), "reset");
    }
}
