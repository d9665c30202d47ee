//! Errors of the pooled client.

use std::error::Error;

use hyper_util::client::legacy;

use super::known::held;

/// There was no connection, for whatever reason; also when it took too long to get one.
pub(super) fn sign(error: &(dyn Error + 'static)) -> Option<bool> {
    let error: &legacy::Error = held(error)?;
    error.is_connect().then_some(true)
}
