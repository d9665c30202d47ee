//! The id that ties together what belongs to one request.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// The longest id that is accepted, in bytes.
const MAX_LEN: usize = 128;

/// An id that is safe to log and to send on: 1 to 128 of `A-Z a-z 0-9 . _ : / + = @ -`.
///
/// ```
/// use ms_core::context::CorrelationId;
///
/// let id = CorrelationId::parse("0198f3a2-7c5e")?;
/// assert_eq!(id.as_str(), "0198f3a2-7c5e");
/// assert!(CorrelationId::parse("two\r\nheaders: forged").is_err());
/// # Ok::<_, ms_core::context::InvalidCorrelationId>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CorrelationId(Arc<str>);

impl CorrelationId {
    /// The id that `text` is.
    ///
    /// # Errors
    /// When it is empty, too long, or holds a character that is not allowed.
    pub fn parse(text: &str) -> Result<Self, InvalidCorrelationId> {
        if text.is_empty() || text.len() > MAX_LEN {
            return Err(InvalidCorrelationId::Length(text.len()));
        }
        match text.bytes().position(|byte| !is_allowed(byte)) {
            Some(position) => Err(InvalidCorrelationId::Character { position }),
            None => Ok(Self(text.into())),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidCorrelationId {
    /// It has this many bytes instead of 1 to 128.
    Length(usize),
    /// The byte at `position` is not allowed.
    Character {
        /// Counted from 0.
        position: usize,
    },
}

impl fmt::Display for InvalidCorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(len) => write!(f, "an id has 1 to {MAX_LEN} bytes, not {len}"),
            Self::Character { position } => write!(f, "byte {position} is not allowed in an id"),
        }
    }
}

impl Error for InvalidCorrelationId {}

impl fmt::Display for CorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for CorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

const fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'.' | b'_' | b':' | b'/' | b'+' | b'=' | b'@' | b'-')
}
