//! Where entries outlive the process.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

/// Where the entries of a queue are, so that they outlive the process.
///
/// The queue decides what happens and keeps what waits in memory; a store takes down each change.
/// There are [`MemoryStore`](super::MemoryStore) and [`FileStore`](super::FileStore).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no store of entries",
    note = "`FileStore` outlives the process, `MemoryStore` does not"
)]
pub trait Store: Send + Sync + 'static {
    /// Ready once the change cannot be lost any more.
    type Written: Future<Output = Result<(), StoreError>> + Send + 'static;

    /// All that is there, once at the start. May block.
    ///
    /// # Errors
    /// When it cannot be read.
    fn load(&self) -> Result<Contents, StoreError>;

    /// Takes down `change`. It is taken down also if nobody waits for the future. Of two changes
    /// to one entry the first comes first.
    fn write(&self, change: Change) -> Self::Written;
}

/// What happened to an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// It was accepted.
    Push {
        /// Its number, which no other entry ever had.
        id: u64,
        /// What it holds.
        entry: Arc<[u8]>,
    },
    /// So many attempts count.
    Tried {
        /// Its number.
        id: u64,
        /// How many.
        attempts: u32,
    },
    /// It waits no longer, and stays.
    SetAside {
        /// Its number.
        id: u64,
    },
    /// It waits again, and no attempt counts.
    PutBack {
        /// Its number.
        id: u64,
    },
    /// It is gone: delivered, or discarded.
    Done {
        /// Its number.
        id: u64,
    },
}

/// What a store holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// In the order of their numbers.
    pub entries: Vec<Stored>,
    /// A number that is higher than that of any entry there ever was.
    pub next: u64,
}

/// One entry in a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub id: u64,
    /// What it holds.
    pub entry: Arc<[u8]>,
    /// How many attempts to deliver it count.
    pub attempts: u32,
    /// Whether it was set aside.
    pub is_aside: bool,
}

/// Why a store could not do it.
#[derive(Clone)]
pub struct StoreError {
    what: &'static str,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl StoreError {
    /// It could not do `what`.
    #[must_use]
    pub const fn new(what: &'static str) -> Self {
        Self { what, source: None }
    }

    /// It could not do `what`, because of `source`.
    pub fn because(what: &'static str, source: impl Error + Send + Sync + 'static) -> Self {
        Self { what, source: Some(Arc::new(source)) }
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreError")
            .field("what", &self.what)
            .field("source", &self.source)
            .finish()
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn Error + 'static))
    }
}
