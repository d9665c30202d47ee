//! The settings as a running policy holds them: read by every request, changed now and then.

use std::time::Duration;

use http::HeaderName;
use ms_core::config::{ConfigError, ensure};
use ms_core::sync::{AtomicBool, AtomicU64, Ordering};

use super::config::{DeadlineConfig, header_name};

/// What stands for no duration.
const NONE: u64 = u64::MAX;

/// One atomic for each setting, so that no request waits for a change.
#[derive(Debug)]
pub(super) struct Settings {
    max: AtomicU64,
    unless_given: AtomicU64,
    min_remaining: AtomicU64,
    /// The bits of an `f64`.
    max_refused: AtomicU64,
    dark: AtomicBool,
    header: Option<HeaderName>,
}

impl Settings {
    /// Settings that were validated.
    pub(super) fn new(config: &DeadlineConfig) -> Self {
        let settings = Self {
            max: AtomicU64::new(NONE),
            unless_given: AtomicU64::new(NONE),
            min_remaining: AtomicU64::new(0),
            max_refused: AtomicU64::new(0),
            dark: AtomicBool::new(false),
            header: header_name(config.header.as_deref()).unwrap_or_default(),
        };
        settings.store(config);
        settings
    }

    /// Takes over what may change while requests are under way: all but the header.
    pub(super) fn change(&self, config: &DeadlineConfig) -> Result<(), ConfigError> {
        config.validate()?;
        let is_same = header_name(config.header.as_deref())? == self.header;
        ensure("header", &config.header, is_same, "the same as long as the policy runs")?;
        self.store(config);
        Ok(())
    }

    pub(super) fn config(&self) -> DeadlineConfig {
        DeadlineConfig {
            max: self.max(),
            unless_given: self.unless_given(),
            min_remaining: self.min_remaining(),
            max_refused: self.max_refused(),
            dark: self.is_dark(),
            header: self.header.as_ref().map(|name| name.as_str().to_owned()),
        }
    }

    pub(super) fn max(&self) -> Duration {
        Duration::from_nanos(self.max.load(Ordering::Relaxed))
    }

    pub(super) fn unless_given(&self) -> Option<Duration> {
        match self.unless_given.load(Ordering::Relaxed) {
            NONE => None,
            nanos => Some(Duration::from_nanos(nanos)),
        }
    }

    pub(super) fn min_remaining(&self) -> Duration {
        Duration::from_nanos(self.min_remaining.load(Ordering::Relaxed))
    }

    pub(super) fn max_refused(&self) -> f64 {
        f64::from_bits(self.max_refused.load(Ordering::Relaxed))
    }

    pub(super) fn is_dark(&self) -> bool {
        self.dark.load(Ordering::Relaxed)
    }

    pub(super) const fn header(&self) -> Option<&HeaderName> {
        self.header.as_ref()
    }

    fn store(&self, config: &DeadlineConfig) {
        self.max.store(nanos(config.max), Ordering::Relaxed);
        self.unless_given.store(config.unless_given.map_or(NONE, nanos), Ordering::Relaxed);
        self.min_remaining.store(nanos(config.min_remaining), Ordering::Relaxed);
        self.max_refused.store(config.max_refused.to_bits(), Ordering::Relaxed);
        self.dark.store(config.dark, Ordering::Relaxed);
    }
}

/// What exceeds 584 years is cut to that.
fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(NONE).min(NONE - 1)
}
