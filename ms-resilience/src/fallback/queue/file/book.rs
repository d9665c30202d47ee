//! Pure: what a file amounts to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::store::{Change, Contents, Stored};
use super::record::Record;

/// The entries that are not done, by number.
#[derive(Debug, Default)]
pub(super) struct Book {
    entries: BTreeMap<u64, Stored>,
    next: u64,
    bytes: u64,
}

impl Book {
    pub(super) fn apply(&mut self, record: Record) {
        match record {
            Record::Next(next) => self.next = self.next.max(next),
            Record::Change(change) => self.change(change),
        }
    }

    fn change(&mut self, change: Change) {
        match change {
            Change::Push { id, entry } => {
                self.next = self.next.max(id.saturating_add(1));
                self.bytes += size(&entry);
                let stored = Stored { id, entry, attempts: 0, is_aside: false };
                if let Some(before) = self.entries.insert(id, stored) {
                    self.bytes -= size(&before.entry);
                }
            }
            Change::Tried { id, attempts } => self.with(id, |entry| entry.attempts = attempts),
            Change::SetAside { id } => self.with(id, |entry| entry.is_aside = true),
            Change::PutBack { id } => {
                self.with(id, |entry| (entry.is_aside, entry.attempts) = (false, 0));
            }
            Change::Done { id } => {
                if let Some(before) = self.entries.remove(&id) {
                    self.bytes -= size(&before.entry);
                }
            }
        }
    }

    fn with(&mut self, id: u64, change: impl FnOnce(&mut Stored)) {
        if let Some(entry) = self.entries.get_mut(&id) {
            change(entry);
        }
    }

    pub(super) fn contents(&self) -> Contents {
        Contents { entries: self.entries.values().cloned().collect(), next: self.next }
    }

    /// How many bytes the entries take in a file, roughly.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What has to be written so that a new file amounts to the same.
    pub(super) fn anew(&self) -> impl Iterator<Item = Vec<Record>> {
        let first = vec![Record::Next(self.next)];
        let entries = self.entries.values().map(|stored| {
            let &Stored { id, ref entry, attempts, is_aside } = stored;
            let push = Change::Push { id, entry: Arc::clone(entry) };
            let tried = (attempts > 0).then_some(Change::Tried { id, attempts });
            let aside = is_aside.then_some(Change::SetAside { id });
            [Some(push), tried, aside].into_iter().flatten().map(Record::Change).collect()
        });
        std::iter::once(first).chain(entries)
    }
}

/// What one entry takes with all that may be written about it.
const fn size(entry: &[u8]) -> u64 {
    const ABOUT: u64 = 64;
    entry.len() as u64 + ABOUT
}
