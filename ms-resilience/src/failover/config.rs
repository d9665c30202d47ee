//! The settings.

use std::time::Duration;

use ms_core::config::{ConfigError, ensure};

use crate::budget::BudgetConfig;

/// When a call moves on to another endpoint, and how endpoints return.
///
/// ```
/// use ms_resilience::failover::FailoverConfig;
/// use std::time::Duration;
///
/// let config = FailoverConfig::default()
///     .patience(Duration::from_millis(50))
///     .return_over(Duration::from_secs(60));
/// assert!(config.validate().is_ok());
/// assert_eq!(config.failures(0).validate().unwrap_err().field(), "failures");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[non_exhaustive]
pub struct FailoverConfig {
    /// How long an endpoint may take to become ready before the next is tried; with 0 it has to be
    /// ready at once. 100 ms by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub patience: Duration,
    /// So many failures in a row, and an endpoint is left; 1 to 1,000. 5 by default.
    pub failures: u32,
    /// For how long the share of calls grows that goes to an endpoint which has recovered; 10 ms to
    /// a day. 30 s by default.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub return_over: Duration,
    /// Whether calls stay with the endpoint that works until that one is left, instead of going
    /// back to a more preferred one. They go back by default.
    pub sticky: bool,
    /// What becomes of a call when no endpoint is available. The first is tried by default.
    pub if_none_available: IfNoneAvailable,
    /// How many bytes of a request body are kept to be sent again. 65,536 by default.
    pub keep: usize,
    /// What pays for sending a request to another endpoint that the one before may have got.
    pub budget: BudgetConfig,
}

/// What becomes of a call when no endpoint is available.
///
/// ```
/// use ms_core::availability::{Availability, Available};
/// use ms_core::clock::Instant;
/// use ms_core::rejection::{Rejectable, Rejection};
/// use ms_resilience::failover::{self, Failover, FailoverConfig, IfNoneAvailable};
/// use std::task::{Context, Poll};
/// use tower::{Service, ServiceExt};
///
/// #[derive(Clone)]
/// struct Closed;
///
/// impl Available for Closed {
///     fn availability(&self, _: Instant) -> Availability {
///         Availability::Closed
///     }
/// }
/// # impl Service<u32> for Closed {
/// #     type Response = u32;
/// #     type Error = Rejection;
/// #     type Future = std::future::Ready<Result<u32, Rejection>>;
/// #     fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Rejection>> {
/// #         Poll::Ready(Ok(()))
/// #     }
/// #     fn call(&mut self, request: u32) -> Self::Future {
/// #         std::future::ready(Ok(request))
/// #     }
/// # }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), ms_core::config::ConfigError> {
/// let config = FailoverConfig::default().if_none_available(IfNoneAvailable::Reject);
/// let shops = Failover::new("shops", &config, [Closed, Closed])?.plain(|_: &u32| true);
/// assert!(shops.oneshot(7).await.unwrap_err().is(&failover::UNAVAILABLE));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum IfNoneAvailable {
    /// The first of the list is tried all the same: what it says is what the caller gets.
    #[default]
    TryFirst,
    /// It is rejected, and told when the first endpoint is available again.
    Reject,
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub const fn $name(mut self, $name: $type) -> Self {
            self.$name = $name;
            self
        }
    )*};
}

impl FailoverConfig {
    setters! {
        /// How long an endpoint may take to become ready.
        patience: Duration;
        /// So many failures in a row, and an endpoint is left.
        failures: u32;
        /// For how long the share of an endpoint grows that returns.
        return_over: Duration;
        /// Whether calls stay with the endpoint that works.
        sticky: bool;
        /// What becomes of a call when no endpoint is available.
        if_none_available: IfNoneAvailable;
        /// How many bytes of a request body are kept.
        keep: usize;
    }

    /// What pays for sending a request to another endpoint.
    #[must_use]
    pub fn budget(self, budget: impl Into<BudgetConfig>) -> Self {
        Self { budget: budget.into(), ..self }
    }

    /// Refuses settings that make no sense.
    ///
    /// # Errors
    /// When a number or a duration is out of bounds, or the budget makes no sense.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let failures = (1..=1000).contains(&self.failures);
        ensure("failures", &self.failures, failures, "between 1 and 1000")?;
        let bounds = Duration::from_millis(10)..=Duration::from_secs(24 * 60 * 60);
        let over = bounds.contains(&self.return_over);
        ensure("return_over", &self.return_over, over, "between 10ms and 1day")?;
        self.budget.validate().map_err(|error| error.within("budget"))
    }
}

impl Default for FailoverConfig {
    fn default() -> Self {
        Self {
            patience: Duration::from_millis(100),
            failures: 5,
            return_over: Duration::from_secs(30),
            sticky: false,
            if_none_available: IfNoneAvailable::TryFirst,
            keep: 64 * 1024,
            budget: BudgetConfig::default(),
        }
    }
}
