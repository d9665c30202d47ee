//! What of a response over HTTP went by so far, and what is kept of it in the end.

use std::fmt;

use bytes::{Bytes, BytesMut};
use http::header::{CACHE_CONTROL, CONNECTION, HeaderName, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderMap, Response, StatusCode, Version};
use ms_core::http::classify::Grpc;
use ms_core::http::headers::GRPC_STATUS;
use ms_core::verdict::Verdict;

use super::super::http::X_DEGRADED;
use super::keep::Slot;

/// What a header and an answer take beside their text, roughly.
const OVERHEAD: usize = 64;

/// A response over HTTP that is kept. Its extensions are not: they belong to one connection.
#[derive(Clone)]
pub struct KeptResponse {
    pub(super) head: Head,
    pub(super) data: Bytes,
    pub(super) trailers: Option<HeaderMap>,
}

/// All but the body.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) status: StatusCode,
    pub(super) version: Version,
    pub(super) headers: HeaderMap,
}

/// A response that goes by.
pub(super) struct Recording {
    head: Head,
    pieces: Vec<Bytes>,
    size: usize,
    limit: usize,
    /// How long it said that it will be.
    declared: Option<u64>,
    slot: Box<dyn Slot<KeptResponse> + Send + Sync>,
}

/// Whether a response with such a head is worth keeping: it is one of success, whole, no stopgap
/// itself, and its sender does not forbid it.
pub(super) fn is_worth_keeping<B>(response: &Response<B>) -> bool {
    let headers = response.headers();
    let is_forbidden = |value: &http::HeaderValue| {
        let text = value.to_str().unwrap_or_default().to_ascii_lowercase();
        text.split(',').any(|word| word.trim() == "no-store")
    };
    response.status().is_success()
        && response.status() != StatusCode::PARTIAL_CONTENT
        && !headers.contains_key(X_DEGRADED)
        && !headers.get_all(CACHE_CONTROL).iter().any(is_forbidden)
}

impl Head {
    /// What is kept of the head of `response`: not what belongs to the connection.
    pub(super) fn of<B>(response: &Response<B>) -> Self {
        const OF_CONNECTIONS: [HeaderName; 5] = [
            CONNECTION,
            HeaderName::from_static("keep-alive"),
            HeaderName::from_static("proxy-connection"),
            TRANSFER_ENCODING,
            UPGRADE,
        ];
        let mut headers = response.headers().clone();
        for name in &OF_CONNECTIONS {
            headers.remove(name);
        }
        Self { status: response.status(), version: response.version(), headers }
    }
}

impl Recording {
    /// The response with this `head` begins, of which at most `limit` bytes are kept.
    pub(super) fn new<S>(head: Head, declared: Option<u64>, limit: usize, slot: S) -> Self
    where
        S: Slot<KeptResponse> + Send + Sync + 'static,
    {
        let slot = Box::new(slot);
        Self { head, pieces: Vec::new(), size: 0, limit, declared, slot }
    }

    /// A piece goes by. False if that is too much: then it is not kept.
    pub(super) fn add(&mut self, piece: &Bytes) -> bool {
        self.size = self.size.saturating_add(piece.len());
        if self.size > self.limit {
            self.slot.pass();
            return false;
        }
        if !piece.is_empty() {
            self.pieces.push(piece.clone());
        }
        true
    }

    /// Whether all was delivered that was declared.
    pub(super) fn is_delivered(&self) -> bool {
        self.declared == Some(self.size as u64)
    }

    /// All went by.
    pub(super) fn finish(mut self, trailers: Option<&HeaderMap>) {
        let by_trailers = trailers.filter(|trailers| trailers.contains_key(GRPC_STATUS));
        if by_trailers.is_some_and(|trailers| Grpc::trailers(trailers) != Verdict::Success) {
            return;
        }
        // One piece of its own: the others may be small parts of large buffers.
        let mut data = BytesMut::with_capacity(self.size);
        for piece in self.pieces.drain(..) {
            data.extend_from_slice(&piece);
        }
        let (head, data) = (self.head, data.freeze());
        let headers = weight(&head.headers) + trailers.map_or(0, weight);
        let weight = size_of::<KeptResponse>() + data.len() + headers;
        self.slot.put(KeptResponse { head, data, trailers: trailers.cloned() }, weight as u64);
    }
}

fn weight(headers: &HeaderMap) -> usize {
    let one = |(name, value): (&HeaderName, &http::HeaderValue)| {
        name.as_str().len() + value.len() + OVERHEAD
    };
    headers.iter().map(one).sum()
}

impl fmt::Debug for KeptResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptResponse")
            .field("status", &self.head.status)
            .field("length", &self.data.len())
            .finish_non_exhaustive()
    }
}
