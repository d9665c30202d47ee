//! What all calls of a failover share, its endpoints included.

use std::fmt;
use std::time::Duration;

use ms_core::availability::{Availability, Available};
use ms_core::clock::{Instant, now};
use ms_core::lease::{Lease, Leases};
use ms_core::registry::Keeper;
use ms_core::rejection::{Reason, Rejection};
use ms_core::repeat::Repeat;

use super::handle::Handle;
use super::look::Look;
use super::metric::{Answers, CallOutcome};
use super::purse::Purse;
use super::reason::UNAVAILABLE;
use super::roster::{Pick, Set};
use super::state::State;
use super::templates::Templates;

/// What all calls share.
pub(super) struct Shared<S, K, C> {
    pub(super) keeper: Keeper<Handle>,
    pub(super) purse: Purse,
    pub(super) requests: K,
    pub(super) classifier: C,
    pub(super) templates: Templates<S>,
}

/// A request on its way, and what is kept of it as long as it may go elsewhere.
pub(super) struct Sending<Sent, Kept> {
    pub(super) request: Sent,
    pub(super) kept: Option<Kept>,
    pub(super) is_safe: bool,
}

/// It is lent in stripes, each of which leads to the one of the policy that the same threads use.
pub(super) type Shares<S, K, C> = Leases<Shared<S, K, C>, Lease<State, Answers>>;

/// What a call holds.
pub(super) type Share<S, K, C> = Lease<Shared<S, K, C>, Lease<State, Answers>>;

impl<S, K, C> Shared<S, K, C> {
    pub(super) fn new(keeper: Keeper<Handle>, templates: Templates<S>, how: (K, C)) -> Self {
        let (purse, (requests, classifier)) = (keeper.policy().state().purse(), how);
        Self { keeper, purse, requests, classifier, templates }
    }

    pub(super) fn in_shares(self) -> Shares<S, K, C> {
        self.keeper.clone().policy().leading(self)
    }

    #[inline]
    pub(super) fn state(&self) -> &State {
        self.keeper.policy().state()
    }

    /// What is sent of `request`.
    #[inline]
    pub(super) fn sending<Req>(&self, request: Req) -> Sending<K::Sent, K::Kept>
    where
        K: Repeat<Req>,
    {
        let is_safe = self.requests.is_safe(&request);
        let keep = self.state().settings.keep();
        let (request, kept) = self.requests.split(request, keep);
        Sending { request, kept: Some(kept), is_safe }
    }

    /// A call that no endpoint was asked for is rejected for `reason`.
    #[cold]
    pub(super) fn reject(&self, reason: &'static Reason) -> Rejection {
        let endpoints = u32::try_from(self.templates.len()).unwrap_or(u32::MAX);
        let patience = self.state().settings.patience().as_millis();
        let patience = u32::try_from(patience).unwrap_or(u32::MAX);
        Rejection::new(reason, self.state().voice.name()).because([endpoints, patience, 0, 0])
    }
}

impl<S: Available, K, C> Shared<S, K, C> {
    /// Where a call goes first, which has an instance of one endpoint at hand; none where it is to
    /// be rejected.
    #[inline(never)]
    pub(super) fn choose(&self, held: Option<(usize, &S)>) -> Option<Pick> {
        let (state, nobody) = (self.state(), Set::default());
        let mut look = Look::new(state, &self.templates, held);
        state.roster.next(nobody, &mut look).or_else(|| {
            let rejects = state.settings.rejects();
            (!rejects).then(|| state.roster.first())
        })
    }

    /// Where a call goes that was at those of `tried`.
    pub(super) fn next(&self, tried: Set) -> Option<Pick> {
        let state = self.state();
        state.roster.next(tried, &mut Look::new(state, &self.templates, None))
    }

    /// No endpoint is available; this is when the first one is again, if anybody knows.
    #[cold]
    pub(super) fn unavailable(&self) -> Rejection {
        let now = now();
        let rejection = self.reject(&UNAVAILABLE);
        self.state().note_end(CallOutcome::Rejected, Set::default());
        match self.availability(now) {
            Availability::Now => rejection.retry_after(Duration::ZERO),
            Availability::At(moment) => {
                rejection.retry_after(moment.saturating_duration_since(now))
            }
            Availability::Closed => rejection,
        }
    }

    /// Whether a call has a chance.
    pub(super) fn availability(&self, now: Instant) -> Availability {
        let mut soonest = None;
        for index in 0..self.templates.len() {
            match self.templates.availability(index, now) {
                Availability::Now => return Availability::Now,
                Availability::At(moment) => {
                    soonest = Some(soonest.map_or(moment, |before: Instant| before.min(moment)));
                }
                Availability::Closed => {}
            }
        }
        soonest.map_or(Availability::Closed, Availability::At)
    }
}

impl<S, K, C> fmt::Debug for Shared<S, K, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shared").field(&self.keeper).finish()
    }
}
