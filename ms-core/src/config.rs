//! What is wrong with a setting, and what would be right.
//!
//! ```
//! use ms_core::config::{ConfigError, ensure};
//!
//! fn validate(probes: u32) -> Result<(), ConfigError> {
//!     ensure("probes", &probes, probes > 0, "1 or more")
//! }
//!
//! let error = validate(0).unwrap_err();
//! assert_eq!(error.field(), "probes");
//! assert_eq!(error.to_string(), "`probes` is 0, but must be 1 or more");
//! ```

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// A setting that is refused: which field, which value, and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    field: Cow<'static, str>,
    value: String,
    allowed: Cow<'static, str>,
}

impl ConfigError {
    /// Refuses `value` for `field`; `allowed` completes the sentence "it must be …".
    pub fn new(
        field: impl Into<Cow<'static, str>>,
        value: &dyn fmt::Debug,
        allowed: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { field: field.into(), value: format!("{value:?}"), allowed: allowed.into() }
    }

    /// The same error, seen from the section that holds the field: `retry` makes `retry.cap`.
    #[must_use]
    pub fn within(self, section: &str) -> Self {
        Self { field: format!("{section}.{}", self.field).into(), ..self }
    }

    /// The path of the field.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The value that was refused.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What would have been accepted.
    #[must_use]
    pub fn allowed(&self) -> &str {
        &self.allowed
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is {}, but must be {}", self.field, self.value, self.allowed)
    }
}

impl Error for ConfigError {}

/// Refuses `value` for `field` unless it is `good`.
///
/// # Errors
/// A [`ConfigError`] that names all three.
pub fn ensure(
    field: &'static str,
    value: &dyn fmt::Debug,
    good: bool,
    allowed: &'static str,
) -> Result<(), ConfigError> {
    if good { Ok(()) } else { Err(ConfigError::new(field, value, allowed)) }
}

/// Refuses a share that is not a number from 0 to 1; NaN is none.
///
/// # Errors
/// A [`ConfigError`] that names the field and the value.
pub fn ensure_share(field: &'static str, value: f64) -> Result<(), ConfigError> {
    ensure(field, &value, (0.0..=1.0).contains(&value), "between 0 and 1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_comes_before_the_field() {
        let error = ensure_share("rate", f64::NAN).unwrap_err().within("breaker").within("users");
        assert_eq!(error.to_string(), "`users.breaker.rate` is NaN, but must be between 0 and 1");
    }
}
