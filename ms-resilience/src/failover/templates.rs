//! The endpoints, to be cloned.

use ms_core::availability::{Availability, Available};
use ms_core::clock::Instant;
use ms_core::sync::{Mutex, lock};

/// The endpoints, of which calls take instances of their own.
///
/// Behind mutexes, since few services are `Sync`. A call that goes to the endpoint which its
/// failover holds ready takes none.
pub(super) struct Templates<S>(Box<[Mutex<S>]>);

impl<S> Templates<S> {
    pub(super) fn new(endpoints: impl IntoIterator<Item = S>) -> Self {
        Self(endpoints.into_iter().map(Mutex::new).collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl<S: Clone> Templates<S> {
    /// An instance that nobody else has.
    pub(super) fn instance(&self, index: usize) -> S {
        lock(&self.0[index]).clone()
    }

    /// The same endpoints, for another failover.
    pub(super) fn again(&self) -> Self {
        Self::new((0..self.len()).map(|index| self.instance(index)))
    }
}

impl<S: Available> Templates<S> {
    pub(super) fn availability(&self, index: usize, now: Instant) -> Availability {
        lock(&self.0[index]).availability(now)
    }
}
