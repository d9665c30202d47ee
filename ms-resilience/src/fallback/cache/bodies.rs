//! How responses over HTTP are kept.

use http::Response;
use http_body::Body;

use super::super::whole::WholeBody;
use super::body::CachedBody;
use super::keep::{Keep, Slot};
use super::recording::{Head, KeptResponse, Recording, is_worth_keeping};

/// How many bytes of a body are kept by default.
const LIMIT: usize = 256 * 1024;

/// Keeps responses over HTTP as they go by, when their bodies have ended.
///
/// Kept are those of success (2xx) that are whole, no longer than a limit, and not `no-store`. One
/// that bears `x-degraded` was somebody's stopgap and is not kept. Whoever waits for the same
/// answer waits until the body has ended.
///
/// ```
/// use http::{Method, Request};
/// use ms_resilience::fallback::cache::{Bodies, CacheLayer, KeptResponse};
/// use ms_resilience::fallback::FallbackLayer;
///
/// let key = |request: &Request<()>| match *request.method() {
///     Method::GET => Some(request.uri().clone()),
///     _ => None,
/// };
/// let layer: CacheLayer<_, _, KeptResponse, _> =
///     FallbackLayer::cached_as("pages", Bodies::up_to(16 * 1024), key);
/// # assert_eq!(layer.handle().snapshot().entries, 0);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Bodies {
    limit: usize,
}

impl Bodies {
    /// A body may have so many bytes.
    #[must_use]
    pub const fn up_to(bytes: usize) -> Self {
        Self { limit: bytes }
    }
}

impl Default for Bodies {
    /// A body may have 256 KiB.
    fn default() -> Self {
        Self::up_to(LIMIT)
    }
}

impl<B: Body> Keep<Response<B>> for Bodies {
    type Kept = KeptResponse;
    type Response = Response<CachedBody<B>>;

    fn keep<S>(&self, response: Response<B>, mut slot: S) -> Self::Response
    where
        S: Slot<KeptResponse> + Send + Sync + 'static,
    {
        let hint = response.body().size_hint();
        let is_short = usize::try_from(hint.lower()).is_ok_and(|least| least <= self.limit);
        if !is_short || !is_worth_keeping(&response) {
            slot.pass();
            return self.pass(response);
        }
        let recording = Recording::new(Head::of(&response), hint.exact(), self.limit, slot);
        response.map(|body| CachedBody::recorded(body, recording))
    }

    fn pass(&self, response: Response<B>) -> Self::Response {
        response.map(CachedBody::passed)
    }

    fn restore(&self, kept: &KeptResponse) -> Self::Response {
        let KeptResponse { head, data, trailers } = kept.clone();
        let mut response = Response::new(CachedBody::kept(WholeBody::new(data, trailers)));
        *response.status_mut() = head.status;
        *response.version_mut() = head.version;
        *response.headers_mut() = head.headers;
        response
    }
}
