//! Errors of a channel.

use std::error::Error;

use tonic_0_14::ConnectError;

/// There was no connection.
pub(super) fn sign(error: &(dyn Error + 'static)) -> Option<bool> {
    error.is::<ConnectError>().then_some(true)
}
