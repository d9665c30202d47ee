//! Where one response is kept: on the shelf, and for those who wait for it.

use std::sync::Arc;

use ms_core::clock::Instant;

use super::flights::Told;
use super::keep::Slot;
use super::key::Hashed;
use super::shared::Shared;
use super::turn::Turn;

/// The slot of one response. Dropped empty, it hands over to the next who wants the same.
pub(super) struct Place<Key: Eq, T> {
    /// Empty once it was used.
    key: Option<Hashed<Key>>,
    shared: Arc<Shared<Key, T>>,
    /// When the response came.
    at: Instant,
    turn: Option<Turn<Key, T>>,
}

impl<Key: Eq, T> Place<Key, T> {
    pub(super) const fn new(
        shared: Arc<Shared<Key, T>>,
        key: Hashed<Key>,
        at: Instant,
        turn: Option<Turn<Key, T>>,
    ) -> Self {
        Self { key: Some(key), shared, at, turn }
    }
}

impl<Key: Eq, T> Slot<T> for Place<Key, T> {
    fn put(&mut self, kept: T, weight: u64) {
        let Some(key) = self.key.take() else { return };
        let found = self.shared.put(&key, kept, weight, self.at);
        if let Some(turn) = self.turn.take() {
            turn.end(&Told::Answer(found));
        }
    }

    fn pass(&mut self) {
        self.key = None;
        if let Some(turn) = self.turn.take() {
            turn.end(&Told::Alone);
        }
    }
}
