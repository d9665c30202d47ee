//! The context itself: plain, immutable, cheap to copy.

use std::fmt;
use std::sync::Arc;

use super::correlation::CorrelationId;
use super::criticality::Criticality;
use super::extension::{Extension, Extensions};
use crate::clock::{Instant, now};
use crate::deadline::{Deadline, Limit};
use crate::principal::Principal;

/// What belongs to a request as a whole. See the [module](super) for how it travels.
#[derive(Clone, Default)]
pub struct Context {
    limit: Limit,
    /// The part of the limit that nobody further out enforces.
    unguarded: Limit,
    rest: Rest,
}

/// All but the limit.
#[derive(Clone, Default)]
pub(super) struct Rest {
    attempt: u32,
    criticality: Criticality,
    shared: Option<Arc<Shared>>,
}

impl Rest {
    pub(super) const fn new() -> Self {
        Self { attempt: 0, criticality: Criticality::Critical, shared: None }
    }
}

/// What is set once per request, so that copies are cheap.
#[derive(Clone, Default)]
struct Shared {
    correlation_id: Option<CorrelationId>,
    principal: Option<Arc<Principal>>,
    extensions: Extensions,
}

impl Context {
    /// A context that holds nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { limit: Limit::NONE, unguarded: Limit::NONE, rest: Rest::new() }
    }

    /// The moment by which the call must be over.
    #[must_use]
    pub fn deadline(&self) -> Option<Deadline> {
        if self.limit.is_none() { None } else { self.limit.start(now()) }
    }

    /// The deadline before anybody has looked at the clock.
    #[inline]
    #[must_use]
    pub const fn limit(&self) -> Limit {
        self.limit
    }

    /// Which attempt this is, the first being 1; 0 where nobody retries.
    #[inline]
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.rest.attempt
    }

    /// How much the request matters.
    #[inline]
    #[must_use]
    pub const fn criticality(&self) -> Criticality {
        self.rest.criticality
    }

    /// The id that ties together what belongs to the request.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&CorrelationId> {
        self.rest.shared.as_ref()?.correlation_id.as_ref()
    }

    /// Who is calling.
    #[must_use]
    pub fn principal(&self) -> Option<&Arc<Principal>> {
        self.rest.shared.as_ref()?.principal.as_ref()
    }

    /// The value of type `T` that somebody put in.
    #[must_use]
    pub fn get<T: Extension>(&self) -> Option<&T> {
        self.rest.shared.as_ref()?.extensions.get()
    }

    /// With `deadline`, or the one that it has if that is nearer.
    #[must_use]
    pub fn with_deadline(self, deadline: Deadline) -> Self {
        self.with_limit(Limit::until(deadline))
    }

    /// With `limit`, or what it has if that ends earlier.
    #[inline]
    #[must_use]
    pub fn with_limit(mut self, limit: Limit) -> Self {
        self.limit = self.limit.and(limit);
        self.unguarded = self.unguarded.and(limit);
        self
    }

    /// What a timeout inside has to enforce itself: the limit, less what is
    /// [guarded](Self::guarded).
    #[inline]
    #[must_use]
    pub const fn unguarded(&self) -> Limit {
        self.unguarded
    }

    /// Whoever polls inside this context drops what it polls when the limit is over.
    ///
    /// So a timeout further in needs no second timer for the same moment, and does not answer
    /// for whom it was that ran out of time. For as long as the context is the current one:
    /// a [copy that is kept](Self::current) is not guarded.
    #[inline]
    #[must_use]
    pub const fn guarded(mut self) -> Self {
        self.unguarded = Limit::NONE;
        self
    }

    #[inline]
    pub(super) const fn left_alone(mut self) -> Self {
        self.unguarded = self.limit;
        self
    }

    /// Without a deadline: for work that goes on when the request is over.
    #[must_use]
    pub fn without_deadline(mut self) -> Self {
        (self.limit, self.unguarded) = (Limit::NONE, Limit::NONE);
        self
    }

    /// With the number of the attempt, the first being 1.
    #[inline]
    #[must_use]
    pub fn with_attempt(mut self, attempt: u32) -> Self {
        self.rest.attempt = attempt;
        self
    }

    /// With how much the request matters.
    #[must_use]
    pub fn with_criticality(mut self, criticality: Criticality) -> Self {
        self.rest.criticality = criticality;
        self
    }

    /// With the id that ties together what belongs to the request.
    #[must_use]
    pub fn with_correlation_id(self, id: CorrelationId) -> Self {
        self.change(|shared| shared.correlation_id = Some(id))
    }

    /// With who is calling.
    #[must_use]
    pub fn with_principal(self, principal: impl Into<Arc<Principal>>) -> Self {
        let principal = principal.into();
        self.change(|shared| shared.principal = Some(principal))
    }

    /// With a value of a type that this crate does not know.
    #[must_use]
    pub fn with<T: Extension>(self, value: T) -> Self {
        self.change(|shared| shared.extensions.insert(value))
    }

    /// Starts the limit at `now`, so that every later look sees one moment.
    #[inline]
    #[must_use]
    pub fn started(mut self, now: Instant) -> Self {
        self.limit = self.limit.start(now).into();
        self.unguarded = self.unguarded.start(now).into();
        self
    }

    pub(super) const fn from_parts(limit: Limit, unguarded: Limit, rest: Rest) -> Self {
        Self { limit, unguarded, rest }
    }

    #[inline]
    pub(super) const fn parts(&mut self) -> (&mut Limit, &mut Limit, &mut Rest) {
        (&mut self.limit, &mut self.unguarded, &mut self.rest)
    }

    fn change(mut self, change: impl FnOnce(&mut Shared)) -> Self {
        change(Arc::make_mut(self.rest.shared.get_or_insert_default()));
        self
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("limit", &self.limit)
            .field("attempt", &self.rest.attempt)
            .field("criticality", &self.criticality())
            .field("correlation_id", &self.correlation_id())
            .field("principal", &self.principal())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn limit(seconds: u64) -> Limit {
        Limit::within(Duration::from_secs(seconds))
    }

    #[test]
    fn what_is_guarded_stays_a_limit_and_need_not_be_enforced() {
        let context = Context::new().with_limit(limit(3));
        assert_eq!((context.limit(), context.unguarded()), (limit(3), limit(3)));
        let context = context.guarded();
        assert_eq!((context.limit(), context.unguarded()), (limit(3), Limit::NONE));
    }

    #[test]
    fn what_is_put_inside_of_a_guard_is_not_guarded() {
        let guarded = Context::new().with_limit(limit(3)).guarded();
        for (inside, both) in [(limit(2), limit(2)), (limit(9), limit(3))] {
            let context = guarded.clone().with_limit(inside);
            assert_eq!((context.limit(), context.unguarded()), (both, inside));
        }
    }

    #[test]
    fn s_to_2_a_limit_and_what_is_unguarded_of_it_start_at_one_moment() {
        let now = now();
        let moment = |seconds| Limit::until(Deadline::after(now, Duration::from_secs(seconds)));
        let context = Context::new().with_limit(limit(3)).guarded().with_limit(limit(9));
        let context = context.started(now);
        assert_eq!((context.limit(), context.unguarded()), (moment(3), moment(9)));
    }

    #[test]
    fn without_a_deadline_nothing_is_left_to_enforce() {
        let context = Context::new().with_deadline(Deadline::at(now())).with_limit(limit(3));
        let context = context.with_attempt(7).without_deadline();
        assert_eq!((context.limit(), context.unguarded()), (Limit::NONE, Limit::NONE));
        assert_eq!((context.deadline(), context.attempt()), (None, 7));
    }
}
