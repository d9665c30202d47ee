//! How much waits for the disk.

use std::sync::Arc;

use ms_core::sync::{AtomicUsize, Ordering};

/// How many bytes wait to be written, with a bound.
#[derive(Debug, Clone)]
pub(super) struct Backlog {
    bytes: Arc<AtomicUsize>,
    most: usize,
}

impl Backlog {
    /// Nothing waits: for the one who adds, and for the one who removes.
    pub(super) fn new(most: usize) -> (Self, Self) {
        let backlog = Self { bytes: Arc::new(AtomicUsize::new(0)), most };
        (backlog.clone(), backlog)
    }

    /// So many bytes more. False if that is too much: then it is as before. A single one that is
    /// too large has its way when nothing else waits, and so has one that takes nothing.
    pub(super) fn add(&self, bytes: usize) -> bool {
        let more = |waiting: usize| {
            let all = waiting.saturating_add(bytes);
            (bytes == 0 || waiting == 0 || all <= self.most).then_some(all)
        };
        self.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    /// So many bytes were written, or given up.
    pub(super) fn remove(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use super::*;

    #[test]
    fn s_11_no_more_waits_for_the_disk_than_may() {
        let (adds, removes) = Backlog::new(10);
        assert_eq!([6, 4, 1, 0].map(|bytes| adds.add(bytes)), [true, true, false, true]);
        removes.remove(6);
        assert_eq!([7, 6].map(|bytes| adds.add(bytes)), [false, true]);
        removes.remove(10);
        assert!(adds.add(1000));
    }
}
