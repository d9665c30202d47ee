//! What circuits share that follow the same settings: one, or one for each key.

use std::time::Duration;

use ms_core::clock::{Instant, later};
use ms_core::registry::Voice;
use ms_core::rng::Rng;
use ms_core::sync::{Mutex, MutexGuard, lock};

use super::config::{CircuitBreakerConfig, Mode, Window};
use super::schedule::OpenTimes;
use super::settings::{NONE, Settings, nanos, some};

/// What circuits with the same settings share.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) voice: Voice,
    pub(super) settings: Settings,
    pub(super) rng: Rng,
    /// What moments are counted from.
    base: Instant,
    seldom: Mutex<Seldom>,
}

/// The settings that only changes of state need; times are nanoseconds.
#[derive(Debug, Clone)]
pub(super) struct Seldom {
    window: Window,
    open: u64,
    open_factor: f64,
    open_max: u64,
    open_jitter: f64,
    forgive_after: u64,
    half_open_max: u64,
    pub(super) mode: Mode,
}

impl Rules {
    /// Settings that were validated.
    pub(super) fn new(voice: Voice, config: &CircuitBreakerConfig, now: Instant) -> Self {
        Self {
            voice,
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
        self.config_with(&self.hold())
    }

    /// The same for whoever holds it.
    pub(super) fn config_with(&self, seldom: &Seldom) -> CircuitBreakerConfig {
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

    /// Takes over settings that were validated; what they were before.
    pub(super) fn replace(
        &self,
        seldom: &mut Seldom,
        config: &CircuitBreakerConfig,
    ) -> CircuitBreakerConfig {
        let before = self.config_with(seldom);
        *seldom = Seldom::new(config);
        self.settings.store(config);
        before
    }
}

impl Seldom {
    fn new(config: &CircuitBreakerConfig) -> Self {
        Self {
            window: config.window,
            open: nanos(config.open),
            open_factor: config.open_factor,
            open_max: nanos(config.open_max),
            open_jitter: config.open_jitter,
            forgive_after: nanos(config.forgive_after),
            half_open_max: config.half_open_max.map_or(NONE, nanos),
            mode: config.mode,
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
