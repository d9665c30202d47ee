//! The error of a service, or a rejection.

use std::error::Error as StdError;
use std::fmt;

use crate::rejection::rejectable::Rejectable;
use crate::rejection::value::Rejection;

/// What went wrong: in the service, or before it was asked.
#[derive(Debug)]
pub enum Error<E> {
    /// The service failed.
    Service(E),
    /// One of our layers refused.
    Rejected(Rejection),
}

impl<E> Error<E> {
    /// The service's own error, or this one back if it is a rejection.
    ///
    /// # Errors
    /// `self`, if it is a rejection.
    pub fn into_service(self) -> Result<E, Self> {
        match self {
            Self::Service(error) => Ok(error),
            Self::Rejected(_) => Err(self),
        }
    }
}

impl<E> From<Rejection> for Error<E> {
    #[inline]
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl<E> Rejectable for Error<E> {
    #[inline]
    fn as_rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Service(_) => None,
            Self::Rejected(rejection) => Some(rejection),
        }
    }
}

impl<E: fmt::Display> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(error) => error.fmt(f),
            Self::Rejected(rejection) => {
                let reason = rejection.reason();
                write!(f, "rejected by {} `{}`: {reason}", reason.policy(), rejection.name())
            }
        }
    }
}

/// A service's error speaks for itself. A rejection is the source, so that whoever has only a
/// `dyn Error` finds it by walking the chain.
impl<E: StdError + 'static> StdError for Error<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Service(error) => error.source(),
            Self::Rejected(rejection) => Some(rejection),
        }
    }
}
