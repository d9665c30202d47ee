//! Files: written, cut, damaged, opened again.

mod crashes;
mod stores;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::id;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::super::store::Change;

/// A folder of its own, gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("ms-queue-{}-{}", id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("orders.queue")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn push(id: u64, entry: &[u8]) -> Change {
    Change::Push { id, entry: Arc::from(entry) }
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).unwrap().len()
}
