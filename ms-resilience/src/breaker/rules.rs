//! What circuits share that follow the same settings: one, or one for each key.

use std::time::Duration;

use ms_core::clock::{Instant, later};
use ms_core::rng::Rng;
use ms_core::sync::{Mutex, MutexGuard, lock};

use super::config::{CircuitBreakerConfig, Mode, Window};
use super::schedule::OpenTimes;
use super::settings::{NONE, Settings, nanos, some};

/// What circuits with the same settings share.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) settings: Settings,
    pub(super) rng: Rng,
    /// What moments are counted from.
    base: Instant,
    seldom: Mutex<Seldom>,
}

/// A moment, which is counted from the beginning once and not wherever it is used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    pub(super) moment: Instant,
    /// The same in nanoseconds of the rules.
    pub(super) nanos: u64,
}

/// The settings that only changes of state need; times are nanoseconds.
#[derive(Debug, Clone)]
pub(super) struct Seldom {
    window: Window,
    /// How often the window has changed.
    pub(super) window_era: u32,
    pub(super) mode: Mode,
    open: u64,
    open_factor: f64,
    open_max: u64,
    open_jitter: f64,
    forgive_after: u64,
    half_open_max: u64,
}

impl Rules {
    /// Settings that were validated.
    pub(super) fn new(config: &CircuitBreakerConfig, now: Instant) -> Self {
        Self {
            settings: Settings::new(config),
            rng: Rng::new(),
            base: now,
            seldom: Mutex::new(Seldom::new(config)),
        }
    }

    /// Nanoseconds from the beginning to `now`, which is not 584 years away.
    #[inline]
    pub(super) fn nanos(&self, now: Instant) -> u64 {
        let since = now.saturating_duration_since(self.base);
        let seconds = since.as_secs().wrapping_mul(1_000_000_000);
        seconds.wrapping_add(since.subsec_nanos().into())
    }

    /// The same for a moment that may be as far away as one likes.
    pub(super) fn far_nanos(&self, moment: Instant) -> u64 {
        let since = moment.saturating_duration_since(self.base);
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    }

    /// The moment so many nanoseconds from the beginning.
    pub(super) fn moment(&self, nanos: u64) -> Instant {
        later(self.base, Duration::from_nanos(nanos))
    }

    /// What is changed by hand is changed by whoever holds this, one after the other.
    pub(super) fn hold(&self) -> MutexGuard<'_, Seldom> {
        lock(&self.seldom)
    }

    pub(super) fn seldom(&self) -> Seldom {
        self.hold().clone()
    }

    pub(super) fn config(&self) -> CircuitBreakerConfig {
        let seldom = self.hold();
        let times = seldom.times();
        CircuitBreakerConfig {
            window: seldom.window,
            open: times.first,
            open_factor: times.factor,
            open_jitter: times.jitter,
            open_max: times.max,
            forgive_after: seldom.forgive_after(),
            half_open_max: seldom.half_open_max(),
            mode: seldom.mode,
            ..self.settings.config()
        }
    }

    /// Takes over settings that were validated. Each circuit has to adopt them then.
    pub(super) fn replace(&self, seldom: &mut Seldom, config: &CircuitBreakerConfig) {
        let is_new = config.window != seldom.window;
        let window_era = seldom.window_era.wrapping_add(is_new.into());
        *seldom = Seldom { window_era, ..Seldom::new(config) };
        self.settings.store(config);
    }
}

impl Seldom {
    fn new(config: &CircuitBreakerConfig) -> Self {
        Self {
            window: config.window,
            window_era: 0,
            mode: config.mode,
            open: nanos(config.open),
            open_factor: config.open_factor,
            open_max: nanos(config.open_max),
            open_jitter: config.open_jitter,
            forgive_after: nanos(config.forgive_after),
            half_open_max: config.half_open_max.map_or(NONE, nanos),
        }
    }

    /// For how many calls there has to be room.
    pub(super) const fn calls(&self) -> Option<u32> {
        match self.window {
            Window::Calls(calls) => Some(calls),
            Window::Time(_) | Window::None => None,
        }
    }

    pub(super) const fn times(&self) -> OpenTimes {
        OpenTimes {
            first: Duration::from_nanos(self.open),
            factor: self.open_factor,
            jitter: self.open_jitter,
            max: Duration::from_nanos(self.open_max),
        }
    }

    pub(super) const fn forgive_after(&self) -> Duration {
        Duration::from_nanos(self.forgive_after)
    }

    fn half_open_max(&self) -> Option<Duration> {
        some(self.half_open_max).map(Duration::from_nanos)
    }

    /// Until when a circuit finds out that begins to at `now`.
    pub(super) fn probing_until(&self, now: Instant) -> Instant {
        later(now, self.half_open_max().unwrap_or(Duration::from_nanos(self.open)))
    }
}
