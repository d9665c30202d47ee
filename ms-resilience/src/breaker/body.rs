//! How the body of a response goes on with the call.

use http::Response;
use http_body::Body;
use ms_core::http::classify::ended;
use ms_core::http::guard::{BodyEnd, End, GuardBody, Watch};
use ms_core::reach::Reach;
use ms_core::verdict::Verdict;

use super::future::Rest;
use super::hold::{Held, Hold};

/// The outcome is that of the body as well: an error in the middle of it, or what its trailers
/// say.
#[derive(Debug, Clone, Copy, Default)]
pub struct UntilBodyEnd;

impl<B: Body, H: Hold> Reach<Response<B>, Rest<H>> for UntilBodyEnd {
    type Response = Response<GuardBody<B, BodyCall<H>>>;

    fn deliver(response: Response<B>, rest: impl FnOnce() -> Rest<H>) -> Self::Response {
        BodyEnd::deliver(response, || {
            let mut rest = rest();
            rest.permit.wait();
            BodyCall(rest)
        })
    }
}

/// A call whose body is being read.
#[derive(Debug)]
pub struct BodyCall<H: Hold = Held>(Rest<H>);

impl<E, H: Hold> Watch<E> for BodyCall<H> {
    fn end(self, end: End<'_, E>) {
        let Rest { mut permit, verdict } = self.0;
        // A head that was no success has said all there is to say.
        permit.end(match verdict {
            Some(Verdict::Success) => ended(&end),
            head => head,
        });
    }
}
