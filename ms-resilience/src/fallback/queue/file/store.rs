//! The store in a file, and the thread that writes it.

use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Context, Poll, ready};
use std::thread::{Builder, JoinHandle};

use pin_project::pin_project;
use tokio::sync::oneshot;

use super::super::store::{Change, Contents, Store, StoreError};
use super::backlog::Backlog;
use super::claim::Claim;
use super::log::{Log, is_writable};

/// How many changes are written at a time.
const BATCH: usize = 1024;

/// How many bytes are written at a time, unless a single change is larger.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// How many bytes of entries may wait for the disk: more would only wait longer.
const BACKLOG: usize = 64 * 1024 * 1024;

/// How many bytes of what is done may stay in a file by default.
const SLACK: u64 = 1024 * 1024;

/// Keeps entries in a file: what was accepted is there after a crash of the process, and of the
/// machine.
///
/// A thread of its own writes; what comes while the disk is busy is written together. What is
/// accepted was synced to the disk before. The file belongs to one process at a time, and can be
/// read by nobody but its user. Dropped, a store waits until all is written.
///
/// ```
/// use ms_resilience::fallback::queue::{FileStore, Store};
///
/// let path = std::env::temp_dir().join(format!("orders-{}.queue", std::process::id()));
/// let orders = FileStore::open(&path)?;
/// assert!(orders.load()?.entries.is_empty());
/// # drop(orders);
/// # std::fs::remove_file(path).unwrap();
/// # Ok::<(), ms_resilience::fallback::queue::StoreError>(())
/// ```
pub struct FileStore {
    path: PathBuf,
    /// Empty only while it is dropped.
    orders: Option<Sender<Order>>,
    writer: Option<JoinHandle<()>>,
    backlog: Backlog,
}

/// What the thread is told.
pub(super) enum Order {
    Write(Change, oneshot::Sender<Result<(), StoreError>>),
    Read(Sender<Contents>),
}

impl FileStore {
    /// Opens the file at `path`, or makes it. Blocks.
    ///
    /// The end of a file that a crash left unfinished is cut off: nothing in it was accepted.
    ///
    /// # Errors
    /// When it cannot be read or written, is not one of a queue, is damaged in its midst, or is
    /// open in this process already.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::with_slack(path, SLACK)
    }

    /// The same. When the file holds more than `bytes` about entries that are done, and at least
    /// as much as about others, it is written anew. 1 MiB by default.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn with_slack(path: impl AsRef<Path>, bytes: u64) -> Result<Self, StoreError> {
        let claim = Claim::of(path.as_ref())?;
        let path = claim.path().to_owned();
        let log = Log::open(path.clone(), bytes)?;
        let (orders, given) = channel();
        let (backlog, done) = Backlog::new(BACKLOG);
        let writer = Builder::new()
            .name("ms-queue".to_owned())
            .spawn(move || {
                write(log, &given, &done);
                drop(claim);
            })
            .map_err(|error| StoreError::because("there is no thread to write", error))?;
        Ok(Self { path, orders: Some(orders), writer: Some(writer), backlog })
    }

    fn order(&self, order: Order) -> bool {
        self.orders.as_ref().is_some_and(|orders| orders.send(order).is_ok())
    }
}

impl Store for FileStore {
    type Written = Written;

    fn load(&self) -> Result<Contents, StoreError> {
        let (tell, told) = channel();
        self.order(Order::Read(tell));
        told.recv().map_err(|_| GONE)
    }

    fn write(&self, change: Change) -> Written {
        let (tell, told) = oneshot::channel();
        // If the thread is gone, so is `tell`, and the future says so.
        if self.backlog.add(size(&change)) {
            self.order(Order::Write(change, tell));
        } else {
            // Nobody has dropped `told`.
            let _ = tell.send(Err(StoreError::new("the disk does not keep up")));
        }
        Written(told)
    }
}

const GONE: StoreError = StoreError::new("the thread that writes is gone");

/// Writes what it is told, as much at a time as there is, until nobody tells any more.
pub(super) fn write(mut log: Log, given: &Receiver<Order>, done: &Backlog) {
    let mut next = given.recv().ok();
    while let Some(order) = next.take() {
        let (mut changes, mut tells, mut bytes) = (Vec::new(), Vec::new(), 0);
        let mut order = Some(order);
        while let Some(Order::Write(change, tell)) = order {
            bytes += size(&change);
            if is_writable(&change) {
                changes.push(change);
                tells.push(tell);
            } else {
                let _ = tell.send(Err(StoreError::new("the entry is too large for a file")));
            }
            let is_full = changes.len() >= BATCH || bytes >= BATCH_BYTES;
            order = if is_full { None } else { given.try_recv().ok() };
        }
        if !changes.is_empty() {
            let written = log.append(changes);
            // Who does not wait any more need not be told.
            tells.into_iter().for_each(|tell| drop(tell.send(written.clone())));
        }
        done.remove(bytes);
        // Only now: nobody waits for that.
        log.tidy_up();
        if let Some(Order::Read(tell)) = order {
            let _ = tell.send(log.contents());
        }
        next = given.recv().ok();
    }
}

fn size(change: &Change) -> usize {
    match change {
        Change::Push { entry, .. } => entry.len(),
        _ => 0,
    }
}

/// Waits until no more is to be written: the file can be opened again then.
impl Drop for FileStore {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(writer) = self.writer.take() {
            // Its panic was reported where it happened.
            let _ = writer.join();
        }
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore").field("path", &self.path).finish_non_exhaustive()
    }
}

/// The future of a [`FileStore`]: ready once a change is safe on disk.
#[pin_project]
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Written(#[pin] oneshot::Receiver<Result<(), StoreError>>);

impl Future for Written {
    type Output = Result<(), StoreError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(ready!(self.project().0.poll(cx)).unwrap_or(Err(GONE)))
    }
}
