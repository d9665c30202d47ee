//! What an answer is kept under.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The key of a user, hashed once.
///
/// So none of the user's code that hashes runs while the cache is locked. Its `Eq` does, for keys
/// of one hash: that is before anything is changed, so a panic there leaves the cache whole.
pub(super) struct Hashed<Key> {
    hash: u64,
    key: Arc<Key>,
}

impl<Key> Hashed<Key> {
    pub(super) fn new(key: Key, hash: u64) -> Self {
        Self { hash, key: Arc::new(key) }
    }
}

impl<Key> Clone for Hashed<Key> {
    fn clone(&self) -> Self {
        Self { hash: self.hash, key: Arc::clone(&self.key) }
    }
}

impl<Key: Eq> PartialEq for Hashed<Key> {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.key == other.key
    }
}

impl<Key: Eq> Eq for Hashed<Key> {}

impl<Key> Hash for Hashed<Key> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl<Key> fmt::Debug for Hashed<Key> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.hash)
    }
}
