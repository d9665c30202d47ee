//! How much a request matters.

use std::fmt;
use std::str::FromStr;

/// How much a request matters: when there is too much to do, the least goes first.
///
/// The four levels are those that Google's *Site Reliability Engineering* describes.
///
/// ```
/// use ms_core::context::Criticality;
///
/// assert!(Criticality::Sheddable < Criticality::Critical);
/// assert_eq!("sheddable_plus".parse(), Ok(Criticality::SheddablePlus));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Criticality {
    /// Nobody minds if it fails now and then: batch work that is tried again later.
    Sheddable,
    /// Partly missing is expected: batch work that somebody waits for.
    SheddablePlus,
    /// A user sees it fail: the default.
    #[default]
    Critical,
    /// A failure is an incident.
    CriticalPlus,
}

impl Criticality {
    /// All, the least important first.
    pub const ALL: [Self; 4] =
        [Self::Sheddable, Self::SheddablePlus, Self::Critical, Self::CriticalPlus];

    /// Its name in headers and labels.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sheddable => "sheddable",
            Self::SheddablePlus => "sheddable_plus",
            Self::Critical => "critical",
            Self::CriticalPlus => "critical_plus",
        }
    }
}

impl fmt::Display for Criticality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Not one of the four.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownCriticality;

impl fmt::Display for UnknownCriticality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a criticality is sheddable, sheddable_plus, critical or critical_plus")
    }
}

impl std::error::Error for UnknownCriticality {}

impl FromStr for Criticality {
    type Err = UnknownCriticality;

    fn from_str(text: &str) -> Result<Self, UnknownCriticality> {
        Self::ALL.into_iter().find(|c| c.as_str() == text).ok_or(UnknownCriticality)
    }
}
