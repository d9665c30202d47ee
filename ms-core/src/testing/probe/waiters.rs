//! Who waits, each with the waker of its latest poll.

use std::collections::BTreeMap;
use std::task::Waker;

#[derive(Debug, Default)]
pub(super) struct Waiters(BTreeMap<usize, Waker>);

impl Waiters {
    pub(super) fn wait(&mut self, id: usize, waker: &Waker) {
        self.0.insert(id, waker.clone());
    }

    pub(super) fn leave(&mut self, id: usize) {
        self.0.remove(&id);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them: whoever is woken in vain waits again, and nobody is forgotten.
    pub(super) fn take(&mut self) -> Vec<Waker> {
        std::mem::take(&mut self.0).into_values().collect()
    }
}
