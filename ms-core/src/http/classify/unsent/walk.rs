//! The walk along the sources of an error.

use std::error::Error;

#[cfg(feature = "hyper-1")]
use super::hyper;
#[cfg(feature = "hyper-util-0_1")]
use super::hyper_util;
use super::io;
#[cfg(feature = "tonic-0_14")]
use super::tonic;
use crate::rejection::rejectable::chain;

/// What one error of a chain tells: whether the request certainly never left, if it can tell.
type Sign = fn(&(dyn Error + 'static)) -> Option<bool>;

const SIGNS: &[Sign] = &[
    io::sign,
    #[cfg(feature = "hyper-util-0_1")]
    hyper_util::sign,
    #[cfg(feature = "hyper-1")]
    hyper::sign,
    #[cfg(feature = "hyper-1")]
    hyper::sign_of_stream,
    #[cfg(feature = "tonic-0_14")]
    tonic::sign,
];

/// Whether a request that failed with `error` certainly never left, so that it may be sent again
/// whatever it is.
///
/// The ready-made classifiers ask this of the errors that they know; a classifier for an enum of
/// one's own can ask it too:
///
/// ```
/// use ms_core::http::classify::never_sent;
/// use ms_core::verdict::{Classify, Failure, Verdict};
/// use std::io::{Error, ErrorKind};
///
/// enum ShopError {
///     Closed,
///     Client(Error),
/// }
///
/// let classify = |outcome: Result<&u32, &ShopError>| match outcome {
///     Ok(_) | Err(ShopError::Closed) => Verdict::Success,
///     Err(ShopError::Client(error)) if never_sent(error) => Failure::NEVER_SENT.into(),
///     Err(ShopError::Client(_)) => Failure::IF_SAFE.into(),
/// };
/// let refused = ShopError::Client(ErrorKind::ConnectionRefused.into());
/// assert_eq!(classify.classify(Err(&refused)), Failure::NEVER_SENT.into());
/// let reset = ShopError::Client(ErrorKind::ConnectionReset.into());
/// assert_eq!(classify.classify(Err(&reset)), Failure::IF_SAFE.into());
/// ```
#[must_use]
pub fn never_sent(error: &(dyn Error + 'static)) -> bool {
    // What comes first knows most: what is behind it may speak of something else, such as the
    // connection from which a request body was read.
    chain(error).find_map(|error| SIGNS.iter().find_map(|sign| sign(error))) == Some(true)
}
