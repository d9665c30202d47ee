//! No file is open twice in one process.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::super::store::StoreError;

/// The files that are open. In std's own mutex: that of a model checker cannot be static.
static OPEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn open() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The right to open a file, as long as it lives.
#[derive(Debug)]
pub(super) struct Claim(PathBuf);

impl Claim {
    /// Claims the file at `path`, by whatever name.
    pub(super) fn of(path: &Path) -> Result<Self, StoreError> {
        let because = |error| StoreError::because("the folder of the file cannot be found", error);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize().map_err(because)?;
        let missing = || because(io::Error::from(io::ErrorKind::InvalidInput));
        let path = folder.join(path.file_name().ok_or_else(missing)?);
        if !open().insert(path.clone()) {
            return Err(StoreError::new("the file is open in this process already"));
        }
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        open().remove(&self.0);
    }
}
