//! The settings.

use std::time::Duration;

use ms_core::config::{ConfigError, ensure, ensure_share};

/// The longest count window: its ring is four bytes for each call.
pub(super) const MAX_CALLS: u32 = 1024;

/// When a circuit opens, for how long, and how it closes again.
///
/// ```
/// use ms_resilience::breaker::{CircuitBreakerConfig, Window};
/// use std::time::Duration;
///
/// let config = CircuitBreakerConfig::default()
///     .window(Window::Calls(100))
///     .failure_rate(0.3)
///     .slow_call(Duration::from_millis(800));
/// assert!(config.validate().is_ok());
/// assert_eq!(config.probes(0).validate().unwrap_err().field(), "probes");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct CircuitBreakerConfig {
    /// Which calls are looked at. Those of the last 10 s by default.
    pub window: Window,
    /// Rates are looked at from this many calls on; 1 or more. 20 by default.
    pub minimum_calls: u32,
    /// The share of failed calls that opens the circuit; above 0. Half by default.
    pub failure_rate: f64,
    /// From when on a call is slow; nothing is slow by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub slow_call: Option<Duration>,
    /// The share of slow calls that opens the circuit; above 0. Half by default.
    pub slow_rate: f64,
    /// So many failures in a row open the circuit as well; 1 or more, none by default.
    pub consecutive_failures: Option<u32>,
    /// How long the circuit stays open the first time; more than zero. 5 s by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub open: Duration,
    /// By what that grows with every opening in a row; 1 or more. 2 by default.
    pub open_factor: f64,
    /// The longest that it stays open, whatever the peer asks for. 60 s by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub open_max: Duration,
    /// Up to this share is added to the open time by chance. 0.1 by default.
    pub open_jitter: f64,
    /// After being closed for so long an opening is a first one again. 60 s by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub forgive_after: Duration,
    /// How many calls are let through at a time to find out, and how many decide; 1 to 255. 3 by
    /// default.
    pub probes: u32,
    /// When finding out is given up; the open time by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub half_open_max: Option<Duration>,
    /// For how long after closing the share of admitted calls grows to all; at once by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub ramp: Option<Duration>,
    /// What the circuit does with what it finds out.
    pub mode: Mode,
}

/// Which calls are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Window {
    /// The last so many; 1 to 1,024.
    Calls(u32),
    /// Those of the last so long, in ten buckets; 100 ms to 10 min.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    Time(Duration),
    /// None: only failures in a row open the circuit.
    None,
}

/// What the circuit does with what it finds out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Mode {
    /// Refuses calls while it is open.
    #[default]
    Enforce,
    /// Counts and tells what it would have done, and admits all.
    Shadow,
    /// Admits all and counts nothing.
    Disabled,
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty $(=> $wrap:path)?;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub const fn $name(mut self, $name: $type) -> Self {
            self.$name = $($wrap)?($name);
            self
        }
    )*};
}

impl CircuitBreakerConfig {
    setters! {
        /// Which calls are looked at.
        window: Window;
        /// From how many calls on rates are looked at.
        minimum_calls: u32;
        /// The share of failed calls that opens the circuit.
        failure_rate: f64;
        /// From when on a call is slow.
        slow_call: Duration => Some;
        /// The share of slow calls that opens the circuit.
        slow_rate: f64;
        /// So many failures in a row open the circuit as well.
        consecutive_failures: u32 => Some;
        /// How long the circuit stays open the first time.
        open: Duration;
        /// By what that grows with every opening in a row.
        open_factor: f64;
        /// The longest that it stays open.
        open_max: Duration;
        /// Up to this share is added to the open time by chance.
        open_jitter: f64;
        /// After being closed for so long an opening is a first one again.
        forgive_after: Duration;
        /// How many calls are let through at a time to find out.
        probes: u32;
        /// When finding out is given up.
        half_open_max: Duration => Some;
        /// For how long after closing the share of admitted calls grows to all.
        ramp: Duration => Some;
        /// What the circuit does with what it finds out.
        mode: Mode;
    }

    /// Refuses settings that make no sense.
    ///
    /// # Errors
    /// When a number, a rate or a duration is out of bounds.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.window.validate()?;
        ensure("minimum_calls", &self.minimum_calls, self.minimum_calls > 0, "1 or more")?;
        rate("failure_rate", self.failure_rate)?;
        longer_than_zero("slow_call", self.slow_call)?;
        rate("slow_rate", self.slow_rate)?;
        let row = self.consecutive_failures;
        ensure("consecutive_failures", &row, row != Some(0), "1 or more")?;
        longer_than_zero("open", Some(self.open))?;
        let factor = self.open_factor;
        let grows = factor.is_finite() && factor >= 1.0;
        ensure("open_factor", &factor, grows, "1 or more")?;
        ensure("open_max", &self.open_max, self.open_max >= self.open, "at least `open`")?;
        ensure_share("open_jitter", self.open_jitter)?;
        let probes = (1..=255).contains(&self.probes);
        ensure("probes", &self.probes, probes, "between 1 and 255")?;
        longer_than_zero("half_open_max", self.half_open_max)?;
        longer_than_zero("ramp", self.ramp)?;
        self.reachable()
    }

    /// A circuit that can never open is a mistake.
    fn reachable(&self) -> Result<(), ConfigError> {
        let (minimum, row) = (&self.minimum_calls, &self.consecutive_failures);
        match self.window {
            Window::Calls(calls) => {
                let allowed = "at most the calls of the window";
                ensure("minimum_calls", minimum, *minimum <= calls, allowed)
            }
            Window::None => {
                ensure("consecutive_failures", row, row.is_some(), "given where there is no window")
            }
            Window::Time(_) => Ok(()),
        }
    }
}

impl Window {
    fn validate(self) -> Result<(), ConfigError> {
        match self {
            Self::Calls(n) => {
                ensure("window", &self, (1..=MAX_CALLS).contains(&n), "1 to 1024 calls")
            }
            Self::None => Ok(()),
            Self::Time(d) => {
                let bounds = Duration::from_millis(100)..=Duration::from_secs(600);
                ensure("window", &self, bounds.contains(&d), "between 100ms and 10min")
            }
        }
    }
}

impl Default for CircuitBreakerConfig {
    fn default() -> Self {
        Self {
            window: Window::Time(Duration::from_secs(10)),
            minimum_calls: 20,
            failure_rate: 0.5,
            slow_call: None,
            slow_rate: 0.5,
            consecutive_failures: None,
            open: Duration::from_secs(5),
            open_factor: 2.0,
            open_max: Duration::from_secs(60),
            open_jitter: 0.1,
            forgive_after: Duration::from_secs(60),
            probes: 3,
            half_open_max: None,
            ramp: None,
            mode: Mode::Enforce,
        }
    }
}

fn rate(field: &'static str, rate: f64) -> Result<(), ConfigError> {
    ensure(field, &rate, rate > 0.0 && rate <= 1.0, "above 0 and at most 1")
}

fn longer_than_zero(field: &'static str, time: Option<Duration>) -> Result<(), ConfigError> {
    ensure(field, &time, time != Some(Duration::ZERO), "longer than 0s")
}
