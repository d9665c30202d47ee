//! Errors of a connection that stood: hyper and h2.

use std::error::Error;

use h2::Reason;

use super::known::held;

/// The connection closed before it took the request, or the peer refused its stream.
///
/// A GOAWAY counts for the requests that the connection had not yet taken. For all others hyper
/// tells that there was one but not which streams it spared, and says the same of a request that
/// was on its way when the GOAWAY came.
pub(super) fn sign(error: &(dyn Error + 'static)) -> Option<bool> {
    let error: &hyper::Error = held(error)?;
    // Behind an error of the user stands what broke the request body, on whatever connection.
    let refused = !error.is_user() && error.source().is_some_and(is_refused);
    Some(error.is_canceled() || refused)
}

/// The peer refused the stream.
pub(super) fn sign_of_stream(error: &(dyn Error + 'static)) -> Option<bool> {
    error.is::<h2::Error>().then(|| is_refused(error))
}

/// RFC 9113, 8.7: a stream that is refused saw no processing. Only the peer can say so.
fn is_refused(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<h2::Error>().is_some_and(|error| {
        error.is_reset() && error.is_remote() && error.reason() == Some(Reason::REFUSED_STREAM)
    })
}
