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

use std::task::{Context, Poll};

use tower_service::Service;

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
///
/// What is available at one moment is so at every later one, unless something happens in between:
/// so who is told [`Now`](Availability::Now) for a moment long past needs no look at the clock.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not know whether it is worth calling",
    label = "not `Available`",
    note = "put a circuit breaker around it, which knows, and around a box rather than inside",
    note = "or, if it has none, say so: `ms_core::availability::AlwaysAvailable::new(service)`"
)]
pub trait Available {
    /// Whether a call at `now` has a chance.
    fn availability(&self, now: Instant) -> Availability;
}

/// A service that is always worth calling, as far as anybody knows.
///
/// For what has no circuit breaker and no other way to tell, such as a boxed service.
///
/// ```
/// use ms_core::availability::{AlwaysAvailable, Available};
/// use ms_core::clock::now;
///
/// let client = AlwaysAvailable::new(tower::service_fn(|id: u32| async move { Ok::<_, ()>(id) }));
/// assert!(client.availability(now()).is_now());
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct AlwaysAvailable<S> {
    inner: S,
}

impl<S> AlwaysAvailable<S> {
    /// `inner` is always worth calling.
    pub const fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S> Available for AlwaysAvailable<S> {
    #[inline]
    fn availability(&self, _: Instant) -> Availability {
        Availability::Now
    }
}

impl<S, Req> Service<Req> for AlwaysAvailable<S>
where
    S: Service<Req>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: Req) -> S::Future {
        self.inner.call(request)
    }
}
