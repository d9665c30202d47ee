//! The reach of a policy that follows the body.

use ::http::header::CONTENT_LENGTH;
use ::http::{HeaderMap, Response};
use http_body::Body;

use super::body::GuardBody;
use super::watch::Watch;
use crate::context::value::Context;
use crate::http::headers::single;
use crate::reach::Reach;

/// The watch ends with the body of the response.
///
/// Its counterpart is [`Head`](crate::reach::Head). The [`Context`] that is current when the
/// response is delivered goes with the body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BodyEnd;

impl<B, W> Reach<Response<B>, W> for BodyEnd
where
    B: Body,
    W: Watch<B::Error>,
{
    type Response = Response<GuardBody<B, W>>;

    fn deliver(response: Response<B>, watch: impl FnOnce() -> W) -> Self::Response {
        let declared = content_length(response.headers());
        response.map(|body| GuardBody::declared(body, watch(), Context::current(), declared))
    }
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    single(headers, &CONTENT_LENGTH).ok()??.parse().ok()
}
