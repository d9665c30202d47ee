//! What a probe fails with unless its user chose another type.

use std::borrow::Cow;
use std::fmt;

use crate::error::Error;

/// An error that is nothing but its text.
///
/// ```
/// use ms_core::testing::probe::ProbeError;
///
/// assert_eq!(ProbeError::new("out of order").to_string(), "out of order");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeError {
    text: Cow<'static, str>,
}

impl ProbeError {
    /// An error with this text.
    #[must_use]
    pub fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self { text: text.into() }
    }
}

impl fmt::Display for ProbeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for ProbeError {}

impl From<ProbeError> for Error<ProbeError> {
    fn from(error: ProbeError) -> Self {
        Self::Service(error)
    }
}
