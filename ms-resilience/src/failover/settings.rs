//! The settings that calls read, while somebody may change them.

use std::time::Duration;

use ms_core::sync::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use super::config::{FailoverConfig, IfNoneAvailable};
use super::standing::Rules;

#[derive(Debug, Default)]
pub(super) struct Settings {
    failures: AtomicU64,
    /// In milliseconds.
    return_over: AtomicU64,
    sticky: AtomicBool,
    /// In nanoseconds.
    patience: AtomicU64,
    rejects: AtomicBool,
    keep: AtomicUsize,
}

impl Settings {
    pub(super) fn new(config: &FailoverConfig) -> Self {
        let settings = Self::default();
        settings.set(config);
        settings
    }

    pub(super) fn set(&self, config: &FailoverConfig) {
        let rejects = config.if_none_available == IfNoneAvailable::Reject;
        self.failures.store(config.failures.into(), Ordering::Relaxed);
        self.return_over.store(number(config.return_over.as_millis()), Ordering::Relaxed);
        self.sticky.store(config.sticky, Ordering::Relaxed);
        self.patience.store(number(config.patience.as_nanos()), Ordering::Relaxed);
        self.rejects.store(rejects, Ordering::Relaxed);
        self.keep.store(config.keep, Ordering::Relaxed);
    }

    pub(super) fn rules(&self) -> Rules {
        Rules {
            failures: self.failures.load(Ordering::Relaxed),
            return_over: self.return_over.load(Ordering::Relaxed),
            sticky: self.is_sticky(),
        }
    }

    pub(super) fn is_sticky(&self) -> bool {
        self.sticky.load(Ordering::Relaxed)
    }

    pub(super) fn patience(&self) -> Duration {
        Duration::from_nanos(self.patience.load(Ordering::Relaxed))
    }

    pub(super) fn rejects(&self) -> bool {
        self.rejects.load(Ordering::Relaxed)
    }

    #[inline]
    pub(super) fn keep(&self) -> usize {
        self.keep.load(Ordering::Relaxed)
    }
}

fn number(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
