//! Is a service worth calling now, and if not, when?
//!
//! A failover or a balancer asks its endpoints; a circuit breaker answers. Layers in between pass
//! the question on.
//!
//! ```
//! use ms_core::availability::{Availability, Available};
//! use ms_core::clock::{Instant, later, now};
//! use std::time::Duration;
//!
//! struct Closed(Instant);
//!
//! impl Available for Closed {
//!     fn availability(&self, now: Instant) -> Availability {
//!         Availability::from_moment(self.0, now)
//!     }
//! }
//!
//! let opening = later(now(), Duration::from_secs(60));
//! assert_eq!(Closed(opening).availability(now()), Availability::At(opening));
//! assert!(Closed(opening).availability(opening).is_now());
//! ```

use crate::clock::Instant;

/// Whether a call has a chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// A call made now is let through.
    Now,
    /// A call made before this moment is refused without being sent.
    At(Instant),
    /// Every call is refused until somebody changes that by hand.
    Closed,
}

impl Availability {
    /// Available from `moment` on.
    #[must_use]
    pub fn from_moment(moment: Instant, now: Instant) -> Self {
        if moment <= now { Self::Now } else { Self::At(moment) }
    }

    /// Whether a call is let through now.
    #[must_use]
    pub const fn is_now(self) -> bool {
        matches!(self, Self::Now)
    }
}

/// A service that knows whether it is worth calling.
pub trait Available {
    /// Whether a call at `now` has a chance.
    fn availability(&self, now: Instant) -> Availability;
}
