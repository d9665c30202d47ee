//! A store that is gone with the process.

use std::future::{Ready, ready};

use super::store::{Change, Contents, Store, StoreError};

/// Keeps nothing beyond the process: entries wait in memory only.
#[derive(Debug, Clone, Copy, Default)]
pub struct MemoryStore;

impl Store for MemoryStore {
    type Written = Ready<Result<(), StoreError>>;

    fn load(&self) -> Result<Contents, StoreError> {
        Ok(Contents::default())
    }

    fn write(&self, _: Change) -> Self::Written {
        ready(Ok(()))
    }
}
