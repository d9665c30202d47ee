//! What is kept of a request.

use std::fmt;

use ::http::Request;
use ::http::request::Parts;
use http_body::Body;

use crate::http::replay::{self, ReplayBody};
use crate::repeat::NotRepeatable;

/// What is kept of an HTTP request: its head, and what went by of its body.
pub struct KeptRequest<B> {
    head: Parts,
    body: replay::Kept<B>,
}

impl<B: Body> KeptRequest<B> {
    pub(super) fn split(request: Request<B>, limit: usize) -> (Request<ReplayBody<B>>, Self) {
        let (head, body) = request.into_parts();
        let (first, body) = replay::split(body, limit);
        (Request::from_parts(head.clone(), first), Self { head, body })
    }

    pub(super) fn again(&self) -> Result<Request<ReplayBody<B>>, NotRepeatable> {
        let body = self.body.again()?;
        Ok(Request::from_parts(self.head.clone(), body))
    }

    pub(super) fn last(self) -> Result<Request<ReplayBody<B>>, NotRepeatable> {
        let body = self.body.again()?;
        Ok(Request::from_parts(self.head, body))
    }

    pub(super) fn check(&self) -> Result<(), NotRepeatable> {
        self.body.check()
    }
}

/// Without the headers: there are secrets among them.
impl<B> fmt::Debug for KeptRequest<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("KeptRequest");
        debug.field("method", &self.head.method).field("body", &self.body);
        debug.finish_non_exhaustive()
    }
}
