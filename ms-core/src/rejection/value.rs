//! A call that was refused.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::reason::Reason;
use crate::name::Name;

/// The error type that most of the ecosystem shares.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// What `retry_after` holds that was not given.
const NO_WAIT: u64 = u64::MAX;

/// A call that one of our layers refused: which policy, why, and when to try again.
///
/// It costs no allocation unless it carries a source or response headers, and is at most 64 bytes
/// large.
pub struct Rejection {
    reason: &'static Reason,
    name: Name,
    numbers: [u32; 4],
    /// In nanoseconds, since a `Duration` would take twice the room.
    retry_after: u64,
    rare: Option<Box<Rare>>,
}

/// What few rejections have.
#[derive(Default)]
struct Rare {
    source: Option<BoxError>,
    #[cfg(feature = "http")]
    headers: http::HeaderMap,
}

impl Rejection {
    /// The policy called `name` refuses a call for `reason`.
    #[inline]
    pub fn new(reason: &'static Reason, name: impl Into<Name>) -> Self {
        let name = name.into();
        Self { reason, name, numbers: [0; 4], retry_after: NO_WAIT, rare: None }
    }

    /// The numbers behind it, in the order of [`Reason::labels`].
    #[inline]
    #[must_use]
    pub const fn because(mut self, numbers: [u32; 4]) -> Self {
        self.numbers = numbers;
        self
    }

    /// When it is worth trying again, from now.
    #[inline]
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = u64::try_from(wait.as_nanos()).unwrap_or(NO_WAIT - 1);
        self
    }

    /// The same, in nanoseconds.
    #[inline]
    #[must_use]
    pub const fn retry_after_nanos(mut self, nanos: u64) -> Self {
        self.retry_after = if nanos == NO_WAIT { NO_WAIT - 1 } else { nanos };
        self
    }

    /// What made the policy give up: nothing that happened is lost.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<BoxError>) -> Self {
        self.rare.get_or_insert_default().source = Some(source.into());
        self
    }

    /// Why.
    #[inline]
    #[must_use]
    pub const fn reason(&self) -> &'static Reason {
        self.reason
    }

    /// Whether it was refused for `reason`.
    #[must_use]
    pub fn is(&self, reason: &Reason) -> bool {
        self.reason == reason
    }

    /// The policy that refused.
    #[must_use]
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// How long to wait before it is worth trying again.
    #[must_use]
    pub const fn wait(&self) -> Option<Duration> {
        match self.retry_after {
            NO_WAIT => None,
            nanos => Some(Duration::from_nanos(nanos)),
        }
    }

    /// The numbers behind it, each with what it means.
    pub fn numbers(&self) -> impl Iterator<Item = (&'static str, u32)> {
        self.reason.labels().iter().copied().zip(self.numbers)
    }
}

#[cfg(feature = "http")]
impl Rejection {
    /// A header for the response that this rejection becomes, such as `WWW-Authenticate`.
    #[must_use]
    pub fn header(mut self, name: http::HeaderName, value: http::HeaderValue) -> Self {
        self.rare.get_or_insert_default().headers.append(name, value);
        self
    }

    /// The headers for the response that this rejection becomes.
    #[must_use]
    pub fn headers(&self) -> Option<&http::HeaderMap> {
        self.rare.as_ref().map(|rare| &rare.headers)
    }
}

impl Error for Rejection {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.rare.as_ref()?.source.as_ref()?;
        Some(&**source)
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`: {}", self.reason.policy(), self.name, self.reason)?;
        for (index, (label, number)) in self.numbers().enumerate() {
            write!(f, "{}{label} {number}", if index == 0 { " (" } else { ", " })?;
        }
        if !self.reason.labels().is_empty() {
            f.write_str(")")?;
        }
        self.wait().map_or(Ok(()), |wait| write!(f, "; retry after {wait:?}"))
    }
}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejection")
            .field("policy", &self.reason.policy())
            .field("name", &self.name)
            .field("code", &self.reason.code())
            .field("numbers", &self.numbers().collect::<Vec<_>>())
            .field("wait", &self.wait())
            .field("source", &self.source())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Reason = Reason::unavailable("bulkhead", "bulkhead_full").numbers(&["limit"]);

    #[test]
    fn a_rejection_is_at_most_64_bytes_large() {
        const { assert!(size_of::<Rejection>() <= 64) }
    }

    #[test]
    fn s_14_a_rejection_keeps_what_caused_it() {
        let rejection = Rejection::new(&FULL, "users").caused_by("no more sockets");
        assert_eq!(rejection.source().unwrap().to_string(), "no more sockets");
    }

    #[test]
    fn a_wait_that_is_longer_than_any_clock_is_kept_as_long_as_it_can_be() {
        let rejection = Rejection::new(&FULL, "users").retry_after(Duration::MAX);
        assert!(rejection.wait().unwrap() > Duration::from_secs(60 * 60 * 24 * 365 * 500));
    }

    #[test]
    fn a_rejection_says_who_why_and_when() {
        let rejection = Rejection::new(&FULL, "users")
            .because([10, 0, 0, 0])
            .retry_after(Duration::from_millis(1500));
        let said = "bulkhead `users`: bulkhead_full (limit 10); retry after 1.5s";
        assert_eq!(rejection.to_string(), said);
    }
}
