//! The settings as a running circuit holds them: read by every call, changed now and then.

use std::time::Duration;

use ms_core::sync::{AtomicU32, AtomicU64, Ordering};

use super::config::{CircuitBreakerConfig, Window};
use super::counts::Thresholds;
use super::overdue::TICKS;
use super::window::BUCKETS;

/// What stands for none.
pub(super) const NONE: u64 = u64::MAX;

/// How long a call may take that is dropped without a verdict, where nothing is slow.
const SLOW_WHEN_DROPPED: Duration = Duration::from_secs(1);

/// What a circuit looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LooksAt {
    /// Only at failures in a row.
    Row,
    /// At the last calls.
    Calls,
    /// At the calls of the last while.
    Time,
}

/// What calls read, one atomic each.
#[derive(Debug)]
pub(super) struct Settings {
    /// Which window there is: a [`LooksAt`].
    window: AtomicU32,
    minimum_calls: AtomicU32,
    probes: AtomicU32,
    /// How often `slow_call` has changed.
    slow_era: AtomicU32,
    /// How long a bucket of a window of time is, in nanoseconds.
    bucket: AtomicU64,
    failure_rate: AtomicU64,
    slow_rate: AtomicU64,
    slow_call: AtomicU64,
    consecutive: AtomicU64,
    ramp: AtomicU64,
}

impl Settings {
    pub(super) fn new(config: &CircuitBreakerConfig) -> Self {
        let (number, none) = (|| AtomicU32::new(0), || AtomicU64::new(NONE));
        let settings = Self {
            window: number(),
            minimum_calls: number(),
            probes: number(),
            slow_era: number(),
            bucket: none(),
            failure_rate: none(),
            slow_rate: none(),
            slow_call: none(),
            consecutive: none(),
            ramp: none(),
        };
        settings.store(config);
        settings
    }

    pub(super) fn store(&self, config: &CircuitBreakerConfig) {
        let (window, bucket) = match config.window {
            Window::None => (LooksAt::Row, NONE),
            Window::Calls(_) => (LooksAt::Calls, NONE),
            Window::Time(length) => (LooksAt::Time, (nanos(length) / BUCKETS).max(1)),
        };
        let set = |setting: &AtomicU64, value| setting.store(value, Ordering::Relaxed);
        self.window.store(window as u32, Ordering::Relaxed);
        self.minimum_calls.store(config.minimum_calls, Ordering::Relaxed);
        self.probes.store(config.probes, Ordering::Relaxed);
        set(&self.bucket, bucket);
        set(&self.failure_rate, config.failure_rate.to_bits());
        set(&self.slow_rate, config.slow_rate.to_bits());
        set(&self.consecutive, config.consecutive_failures.map_or(NONE, Into::into));
        set(&self.ramp, config.ramp.map_or(NONE, nanos));
        let slow_call = config.slow_call.map_or(NONE, nanos);
        if self.slow_call.swap(slow_call, Ordering::Relaxed) != slow_call {
            self.slow_era.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// What of the settings is kept here; the rest are defaults.
    pub(super) fn config(&self) -> CircuitBreakerConfig {
        let consecutive = self.consecutive().and_then(|limit| u32::try_from(limit).ok());
        CircuitBreakerConfig {
            minimum_calls: self.minimum_calls.load(Ordering::Relaxed),
            failure_rate: f64::from_bits(self.failure_rate.load(Ordering::Relaxed)),
            slow_rate: f64::from_bits(self.slow_rate.load(Ordering::Relaxed)),
            slow_call: self.slow_call(),
            consecutive_failures: consecutive,
            probes: self.probes.load(Ordering::Relaxed),
            ramp: self.ramp(),
            ..CircuitBreakerConfig::default()
        }
    }

    #[inline]
    pub(super) fn window(&self) -> LooksAt {
        match self.window.load(Ordering::Relaxed) {
            0 => LooksAt::Row,
            1 => LooksAt::Calls,
            _ => LooksAt::Time,
        }
    }

    /// How long a bucket of a window of time is, in nanoseconds.
    #[inline]
    pub(super) fn bucket(&self) -> u64 {
        self.bucket.load(Ordering::Relaxed).max(1)
    }

    #[inline]
    pub(super) fn minimum_calls(&self) -> u64 {
        self.minimum_calls.load(Ordering::Relaxed).into()
    }

    pub(super) fn thresholds(&self) -> Thresholds {
        Thresholds {
            minimum_calls: self.minimum_calls(),
            failure_rate: f64::from_bits(self.failure_rate.load(Ordering::Relaxed)),
            slow_rate: f64::from_bits(self.slow_rate.load(Ordering::Relaxed)),
        }
    }

    /// From when on a call is slow.
    #[inline]
    pub(super) fn slow_call(&self) -> Option<Duration> {
        some(self.slow_call.load(Ordering::Relaxed)).map(Duration::from_nanos)
    }

    /// The same in nanoseconds.
    #[inline]
    pub(super) fn slow_nanos(&self) -> Option<u64> {
        some(self.slow_call.load(Ordering::Relaxed))
    }

    /// From when on a call that is dropped without a verdict is a failure.
    pub(super) fn slow_when_dropped(&self) -> Duration {
        self.slow_call().unwrap_or(SLOW_WHEN_DROPPED)
    }

    /// How long a tick of the calls under way is, in nanoseconds.
    pub(super) fn overdue_tick(&self) -> Option<u64> {
        some(self.slow_call.load(Ordering::Relaxed)).map(|nanos| (nanos / TICKS).max(1))
    }

    /// How often `slow_call`, and with it the length of a tick, has changed.
    pub(super) fn slow_era(&self) -> u32 {
        self.slow_era.load(Ordering::Relaxed)
    }

    #[inline]
    pub(super) fn consecutive(&self) -> Option<u64> {
        some(self.consecutive.load(Ordering::Relaxed))
    }

    pub(super) fn probes(&self) -> u64 {
        self.probes.load(Ordering::Relaxed).into()
    }

    pub(super) fn ramp(&self) -> Option<Duration> {
        some(self.ramp.load(Ordering::Relaxed)).map(Duration::from_nanos)
    }
}

pub(super) const fn some(value: u64) -> Option<u64> {
    if value == NONE { None } else { Some(value) }
}

pub(super) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(NONE - 1)
}
