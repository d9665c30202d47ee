//! What all calls of one service share.

use std::sync::Arc;

use ms_core::lease::{Lease, Leases};
use ms_core::repeat::Repeat;
use ms_core::sync::{Mutex, lock};

use super::handle::Handle;
use super::metric::Counts;
use super::state::State;
use crate::budget::Budget;

/// What all calls of one service, and of its clones, share.
pub(super) struct Shared<S, K, C, P> {
    pub(super) handle: Arc<Handle>,
    pub(super) budget: Budget,
    pub(super) requests: K,
    pub(super) classifier: C,
    /// None for what the settings say.
    pub(super) schedule: Option<P>,
    /// What an attempt beyond the first clones. Behind a mutex, since few services are `Sync`.
    template: Mutex<S>,
}

/// It is lent in stripes, each of which leads to the one of the policy that the same threads use.
pub(super) type Shares<S, K, C, P> = Leases<Shared<S, K, C, P>, Lease<State, Counts>>;

/// What a call holds.
pub(super) type Share<S, K, C, P> = Lease<Shared<S, K, C, P>, Lease<State, Counts>>;

impl<S, K, C, P> Shared<S, K, C, P> {
    pub(super) fn new(
        handle: Arc<Handle>,
        template: S,
        requests: K,
        classifier: C,
        schedule: Option<P>,
    ) -> Self {
        let (budget, template) = (handle.state().budget(), Mutex::new(template));
        Self { handle, budget, requests, classifier, schedule, template }
    }

    pub(super) fn in_shares(self) -> Shares<S, K, C, P> {
        let handle = Arc::clone(&self.handle);
        handle.leading(self)
    }
}

impl<S, K, C, P> Shared<S, K, C, P> {
    /// What is sent of a request of which nothing is kept.
    #[cold]
    pub(super) fn once<Req>(&self, request: Req) -> K::Sent
    where
        K: Repeat<Req>,
    {
        self.requests.once(request)
    }
}

impl<S: Clone, K, C, P> Shared<S, K, C, P> {
    /// An instance that nobody else has.
    pub(super) fn instance(&self) -> S {
        lock(&self.template).clone()
    }
}
