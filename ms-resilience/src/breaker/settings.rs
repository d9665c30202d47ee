//! The settings as a running circuit holds them: read by every call, changed now and then.

use std::time::Duration;

use ms_core::sync::{AtomicU64, Ordering};

use super::config::{CircuitBreakerConfig, Window};
use super::counts::Thresholds;
use super::overdue::TICKS;
use super::schedule::OpenTimes;
use super::window::BUCKETS;

/// What stands for none.
const NONE: u64 = u64::MAX;

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

/// What every call reads, one atomic each.
#[derive(Debug)]
pub(super) struct Settings {
    /// Which window there is: a [`LooksAt`].
    window: AtomicU64,
    /// How long a bucket of a window of time is, in nanoseconds.
    bucket: AtomicU64,
    minimum_calls: AtomicU64,
    failure_rate: AtomicU64,
    slow_rate: AtomicU64,
    slow_call: AtomicU64,
    consecutive: AtomicU64,
    probes: AtomicU64,
    ramp: AtomicU64,
}

impl Settings {
    pub(super) fn new(config: &CircuitBreakerConfig) -> Self {
        let none = || AtomicU64::new(NONE);
        let settings = Self {
            window: none(),
            bucket: none(),
            minimum_calls: none(),
            failure_rate: none(),
            slow_rate: none(),
            slow_call: none(),
            consecutive: none(),
            probes: none(),
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
        set(&self.window, window as u64);
        set(&self.bucket, bucket);
        set(&self.minimum_calls, config.minimum_calls.into());
        set(&self.failure_rate, config.failure_rate.to_bits());
        set(&self.slow_rate, config.slow_rate.to_bits());
        set(&self.slow_call, config.slow_call.map_or(NONE, nanos));
        set(&self.consecutive, config.consecutive_failures.map_or(NONE, Into::into));
        set(&self.probes, config.probes.into());
        set(&self.ramp, config.ramp.map_or(NONE, nanos));
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
        self.minimum_calls.load(Ordering::Relaxed)
    }

    pub(super) fn thresholds(&self) -> Thresholds {
        Thresholds {
            minimum_calls: self.minimum_calls.load(Ordering::Relaxed),
            failure_rate: f64::from_bits(self.failure_rate.load(Ordering::Relaxed)),
            slow_rate: f64::from_bits(self.slow_rate.load(Ordering::Relaxed)),
        }
    }

    /// From when on a call is slow.
    #[inline]
    pub(super) fn slow_call(&self) -> Option<Duration> {
        some(self.slow_call.load(Ordering::Relaxed)).map(Duration::from_nanos)
    }

    /// From when on a call that is dropped without a verdict is a failure.
    pub(super) fn slow_when_dropped(&self) -> Duration {
        self.slow_call().unwrap_or(SLOW_WHEN_DROPPED)
    }

    /// How long a tick of the calls under way is, in nanoseconds.
    pub(super) fn overdue_tick(&self) -> Option<u64> {
        some(self.slow_call.load(Ordering::Relaxed)).map(|nanos| (nanos / TICKS).max(1))
    }

    #[inline]
    pub(super) fn consecutive(&self) -> Option<u64> {
        some(self.consecutive.load(Ordering::Relaxed))
    }

    pub(super) fn probes(&self) -> u64 {
        self.probes.load(Ordering::Relaxed)
    }

    pub(super) fn ramp(&self) -> Option<Duration> {
        some(self.ramp.load(Ordering::Relaxed)).map(Duration::from_nanos)
    }
}

/// How the open time grows.
pub(super) fn open_times(config: &CircuitBreakerConfig) -> OpenTimes {
    OpenTimes {
        first: config.open,
        factor: config.open_factor,
        jitter: config.open_jitter,
        max: config.open_max,
    }
}

const fn some(value: u64) -> Option<u64> {
    if value == NONE { None } else { Some(value) }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(NONE - 1)
}
