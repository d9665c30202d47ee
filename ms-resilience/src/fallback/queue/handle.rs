//! A queue: to put in, to deliver, to look at.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use ms_core::config::ConfigError;
use ms_core::name::Name;
use ms_core::registry::{Events, Policy, Registry};

use super::config::QueueConfig;
use super::line::Entry;
use super::push::Push;
use super::shared::Shared;
use super::store::{Store, StoreError};

/// Requests that are to be done later. Copies are one queue. See the [module](super).
pub struct Queue<St: Store, C> {
    shared: Arc<Shared<St>>,
    codec: C,
}

/// A queue at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// How many entries wait.
    pub waiting: usize,
    /// How many were set aside.
    pub aside: usize,
    /// How many bytes all have that are there.
    pub bytes: usize,
}

/// An entry that was set aside: it could not be delivered.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Aside {
    /// Its number.
    pub id: u64,
    /// How many attempts failed.
    pub attempts: u32,
    /// What it holds.
    pub entry: Arc<[u8]>,
}

impl<St: Store, C> Queue<St, C> {
    /// A queue called `name` of what is in `store`. May block while it reads that.
    ///
    /// # Errors
    /// When a setting makes no sense, or the store cannot be read.
    pub fn new(
        name: impl Into<Name>,
        store: St,
        codec: C,
        config: &QueueConfig,
    ) -> Result<Self, QueueError> {
        Self::registered(Registry::global(), name, store, codec, config)
    }

    /// The same, registered in `registry` instead of the global one.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn registered(
        registry: &Registry,
        name: impl Into<Name>,
        store: St,
        codec: C,
        config: &QueueConfig,
    ) -> Result<Self, QueueError> {
        config.validate().map_err(QueueError::Config)?;
        let contents = store.load().map_err(QueueError::Store)?;
        let build = |voice| Arc::new(Shared::new(voice, store, contents, config.clone()));
        Ok(Self { shared: registry.register("fallback_queue", name, build), codec })
    }

    /// Puts `entry` in: accepted when the future is ready. If that is dropped before, the entry is
    /// withdrawn.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use ms_resilience::fallback::queue::{MemoryStore, PushError, Queue, QueueConfig};
    ///
    /// let config = QueueConfig::default().max_entries(1);
    /// let orders = Queue::new("orders", MemoryStore, (), &config).unwrap();
    /// orders.push(b"two books".to_vec()).await.unwrap();
    /// let refused = orders.push(b"and a pen".to_vec()).await;
    /// assert!(matches!(refused, Err(PushError::Full)));
    /// assert_eq!(orders.snapshot().waiting, 1);
    /// # }
    /// ```
    pub fn push(&self, entry: Vec<u8>) -> Push<St> {
        Push::new(&self.shared, entry)
    }

    /// Under which name it stands in the registry.
    #[must_use]
    pub fn name(&self) -> &Name {
        self.shared.voice.name()
    }

    /// What is so at this moment.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let (waiting, aside, bytes) = self.shared.held().line.counts();
        Snapshot { waiting, aside, bytes }
    }

    /// The entries that were set aside, from the oldest on.
    #[must_use]
    pub fn aside(&self) -> Vec<Aside> {
        let held = self.shared.held();
        let aside = |(id, entry): (u64, &Entry)| Aside {
            id,
            attempts: entry.attempts,
            entry: Arc::clone(&entry.entry),
        };
        held.line.aside().map(aside).collect()
    }

    /// Lets an entry wait again that was set aside, in its old place. `None` if there is none.
    ///
    /// It waits from now on; the future is ready when that will be so after a crash as well.
    pub fn put_back(&self, id: u64) -> Option<St::Written> {
        self.shared.put_back(id)
    }

    /// Lets go of an entry for ever, wherever it is. `None` if there is none.
    ///
    /// It is gone from now on; the future is ready when that will be so after a crash as well.
    pub fn discard(&self, id: u64) -> Option<St::Written> {
        self.shared.remove(id)
    }

    /// The settings that are in force.
    #[must_use]
    pub fn config(&self) -> QueueConfig {
        self.shared.config()
    }

    /// Takes over `config`. What is there stays, also if it is more than may be.
    ///
    /// # Errors
    /// When a setting makes no sense. Then nothing changes.
    pub fn reconfigure(&self, config: &QueueConfig) -> Result<(), ConfigError> {
        self.shared.reconfigure(config)
    }

    /// What it tells, from now on.
    #[must_use]
    pub fn subscribe(&self) -> Events {
        self.shared.voice.subscribe()
    }

    pub(super) const fn shared(&self) -> &Arc<Shared<St>> {
        &self.shared
    }

    pub(super) const fn codec(&self) -> &C {
        &self.codec
    }
}

impl<St: Store, C: Clone> Clone for Queue<St, C> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), codec: self.codec.clone() }
    }
}

impl<St: Store, C> fmt::Debug for Queue<St, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy: &dyn Policy = &*self.shared;
        fmt::Display::fmt(&policy.described(), f)
    }
}

/// What an entry holds may be nobody's business: only its length is shown.
impl fmt::Debug for Aside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aside")
            .field("id", &self.id)
            .field("attempts", &self.attempts)
            .field("bytes", &self.entry.len())
            .finish()
    }
}

/// Why there is no queue.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum QueueError {
    /// A setting makes no sense.
    Config(ConfigError),
    /// The store cannot be read.
    Store(StoreError),
}

impl fmt::Display for QueueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Config(_) => "a setting of the queue is refused",
            Self::Store(_) => "the entries of the queue cannot be read",
        })
    }
}

impl Error for QueueError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Config(error) => Some(error),
            Self::Store(error) => Some(error),
        }
    }
}
