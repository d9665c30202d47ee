//! A request as it arrived.

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Request};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: Method,
    /// With the query.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) trailers: Option<HeaderMap>,
    /// Whether it came to its end.
    pub(crate) whole: bool,
}

impl Received {
    pub(super) async fn read(request: Request<Incoming>) -> Self {
        let (head, mut body) = request.into_parts();
        let Parts { method, uri, headers, .. } = head;
        let (mut data, mut trailers) = (BytesMut::new(), None);
        let whole = loop {
            match body.frame().await {
                None => break true,
                Some(Err(_)) => break false,
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(piece) => data.extend_from_slice(&piece),
                    Err(frame) => trailers = frame.into_trailers().ok(),
                },
            }
        };
        let path = uri.path_and_query().map_or("", |path| path.as_str()).to_owned();
        Self { method, path, headers, body: data.freeze(), trailers, whole }
    }
}
