//! Why a request cannot be sent again.

use std::error::Error;
use std::fmt;

/// Why a body cannot be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotReplayable {
    /// It is longer than what may be kept.
    TooLarge,
    /// An earlier attempt still holds it, and has not read all of it.
    InUse,
    /// It broke in the middle, or a panic came out of it.
    Failed,
}

impl fmt::Display for NotReplayable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the body is longer than what may be kept of it",
            Self::InUse => "an earlier attempt still holds the body",
            Self::Failed => "the body failed",
        })
    }
}

impl Error for NotReplayable {}
