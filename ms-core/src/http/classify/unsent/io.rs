//! Errors of the operating system.

use std::error::Error;
use std::io;

use super::known::held;

/// Nobody listened.
pub(super) fn sign(error: &(dyn Error + 'static)) -> Option<bool> {
    let error: &io::Error = held(error)?;
    (error.kind() == io::ErrorKind::ConnectionRefused).then_some(true)
}
