//! What the end of a body adds to the verdict on its head.

use super::grpc::Grpc;
use crate::http::guard::watch::End;
use crate::http::headers::GRPC_STATUS;
use crate::verdict::{Failure, Verdict};

/// The verdict on a body that ended like this, after a head that was a success; `None` where only
/// the age of the call can tell, since whoever read it went away.
///
/// It is the same for every classifier: a body that breaks is a failure that cannot be mended,
/// for its head was passed on already, and a gRPC code in the trailers says which call it was.
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use ms_core::http::classify::ended;
/// use ms_core::http::guard::End;
/// use ms_core::http::headers::GRPC_STATUS;
/// use ms_core::verdict::{Failure, Verdict};
///
/// let read: End<'_, ()> = End::Complete { trailers: None };
/// assert_eq!(ended(&read), Some(Verdict::Success));
///
/// let trailers = HeaderMap::from_iter([(GRPC_STATUS, HeaderValue::from_static("13"))]);
/// let read: End<'_, ()> = End::Complete { trailers: Some(&trailers) };
/// assert_eq!(ended(&read), Some(Failure::FINAL.into()));
///
/// let dropped: End<'_, ()> = End::Dropped;
/// assert_eq!(ended(&dropped), None);
/// ```
pub fn ended<E>(end: &End<'_, E>) -> Option<Verdict> {
    match end {
        End::Complete { trailers: Some(trailers) } if trailers.contains_key(GRPC_STATUS) => {
            Some(Grpc::trailers(trailers))
        }
        End::Complete { .. } => Some(Verdict::Success),
        End::Failed(_) | End::Panicked => Some(Failure::FINAL.into()),
        End::Dropped => None,
    }
}
