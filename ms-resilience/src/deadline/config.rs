//! The settings.

use std::time::Duration;

use http::HeaderName;
use ms_core::config::{ConfigError, ensure, ensure_share};

/// How a server treats the deadlines that its callers give.
///
/// ```
/// use ms_resilience::deadline::DeadlineConfig;
/// use std::time::Duration;
///
/// let config = DeadlineConfig::default().max(Duration::from_secs(10)).max_refused(1.5);
/// assert_eq!(config.validate().unwrap_err().field(), "max_refused");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct DeadlineConfig {
    /// The most that a caller gets; more than zero. 60 s by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub max: Duration,
    /// What a caller gets that asks for nothing, at most `max`; nothing by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub unless_given: Option<Duration>,
    /// Less than this is not worth beginning; at most `max`. Zero by default: only what is over.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub min_remaining: Duration,
    /// The share of all requests that may be refused, from 0 to 1. Half by default.
    pub max_refused: f64,
    /// Only counts what it would refuse.
    pub dark: bool,
    /// One more header that holds the time that remains, in milliseconds.
    pub header: Option<String>,
}

impl DeadlineConfig {
    /// A caller gets at most `max`.
    #[must_use]
    pub fn max(self, max: Duration) -> Self {
        Self { max, ..self }
    }

    /// A caller that asks for nothing gets `time`.
    #[must_use]
    pub fn unless_given(self, time: Duration) -> Self {
        Self { unless_given: Some(time), ..self }
    }

    /// Less than `time` is not worth beginning.
    #[must_use]
    pub fn min_remaining(self, time: Duration) -> Self {
        Self { min_remaining: time, ..self }
    }

    /// At most `share` of all requests is refused.
    #[must_use]
    pub fn max_refused(self, share: f64) -> Self {
        Self { max_refused: share, ..self }
    }

    /// Only counts what it would refuse.
    #[must_use]
    pub fn dark(self) -> Self {
        Self { dark: true, ..self }
    }

    /// Reads the header `name` as well: the time that remains, in milliseconds.
    #[must_use]
    pub fn header(self, name: impl Into<String>) -> Self {
        Self { header: Some(name.into()), ..self }
    }

    /// Refuses settings that make no sense.
    ///
    /// # Errors
    /// When a duration or a share is out of bounds, or the header has no valid name.
    pub fn validate(&self) -> Result<(), ConfigError> {
        ensure("max", &self.max, !self.max.is_zero(), "longer than 0s")?;
        let allowed = |time: Duration| !time.is_zero() && time <= self.max;
        let given = self.unless_given.is_none_or(allowed);
        ensure("unless_given", &self.unless_given, given, "longer than 0s and at most `max`")?;
        ensure(
            "min_remaining",
            &self.min_remaining,
            self.min_remaining <= self.max,
            "at most `max`",
        )?;
        ensure_share("max_refused", self.max_refused)?;
        header_name(self.header.as_deref()).map(drop)
    }
}

impl Default for DeadlineConfig {
    fn default() -> Self {
        Self {
            max: Duration::from_secs(60),
            unless_given: None,
            min_remaining: Duration::ZERO,
            max_refused: 0.5,
            dark: false,
            header: None,
        }
    }
}

/// How a client gives its deadline on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct PropagateDeadlineConfig {
    /// What is kept back for the way there and back. 5 ms by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub margin: Duration,
    /// One more header for the time that remains, in milliseconds.
    pub header: Option<String>,
}

impl PropagateDeadlineConfig {
    /// `margin` is kept back for the way.
    #[must_use]
    pub fn margin(self, margin: Duration) -> Self {
        Self { margin, ..self }
    }

    /// Writes the header `name` as well: the time that remains, in milliseconds.
    #[must_use]
    pub fn header(self, name: impl Into<String>) -> Self {
        Self { header: Some(name.into()), ..self }
    }

    /// Refuses settings that make no sense.
    ///
    /// # Errors
    /// When the header has no valid name.
    pub fn validate(&self) -> Result<(), ConfigError> {
        header_name(self.header.as_deref()).map(drop)
    }
}

impl Default for PropagateDeadlineConfig {
    fn default() -> Self {
        Self { margin: Duration::from_millis(5), header: None }
    }
}

/// The header of one's choice.
pub(super) fn header_name(name: Option<&str>) -> Result<Option<HeaderName>, ConfigError> {
    let refused = |name| ConfigError::new("header", &name, "the name of an HTTP header");
    name.map(|name| name.parse().map_err(|_| refused(name))).transpose()
}
