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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record() -> impl Strategy<Value = Record> {
        let id = 0_u64..6;
        let entry = prop::collection::vec(any::<u8>(), 0..9).prop_map(Arc::from);
        let change = prop_oneof![
            4 => (id.clone(), entry).prop_map(|(id, entry)| Change::Push { id, entry }),
            2 => (id.clone(), 0_u32..9).prop_map(|(id, attempts)| Change::Tried { id, attempts }),
            2 => id.clone().prop_map(|id| Change::SetAside { id }),
            1 => id.clone().prop_map(|id| Change::PutBack { id }),
            2 => id.clone().prop_map(|id| Change::Done { id }),
        ];
        prop_oneof![9 => change.prop_map(Record::Change), 1 => id.prop_map(Record::Next)]
    }

    /// What the records amount to for one number: read backwards, until something decides.
    fn expected(records: &[Record], number: u64) -> Option<Stored> {
        let about = |record: &&Record| match record {
            Record::Change(
                Change::Push { id, .. }
                | Change::Tried { id, .. }
                | Change::SetAside { id }
                | Change::PutBack { id }
                | Change::Done { id },
            ) => *id == number,
            Record::Next(_) => false,
        };
        let (mut attempts, mut is_aside) = (None, None);
        for record in records.iter().filter(about).rev() {
            match record {
                Record::Change(Change::Push { id, entry }) => {
                    let (attempts, is_aside) = (attempts.unwrap_or(0), is_aside.unwrap_or(false));
                    return Some(Stored { id: *id, entry: Arc::clone(entry), attempts, is_aside });
                }
                Record::Change(Change::Tried { attempts: count, .. }) => {
                    attempts.get_or_insert(*count);
                }
                Record::Change(Change::SetAside { .. }) => {
                    is_aside.get_or_insert(true);
                }
                Record::Change(Change::PutBack { .. }) => {
                    attempts.get_or_insert(0);
                    is_aside.get_or_insert(false);
                }
                Record::Change(Change::Done { .. }) | Record::Next(_) => return None,
            }
        }
        None
    }

    proptest! {
        #[test]
        fn a_book_amounts_to_what_its_records_say_and_so_does_one_written_anew(
            records in prop::collection::vec(record(), 0..60),
        ) {
            let mut book = Book::default();
            records.iter().cloned().for_each(|record| book.apply(record));
            let entries: Vec<_> = (0..6).filter_map(|id| expected(&records, id)).collect();
            let next = records.iter().map(|record| match record {
                Record::Change(Change::Push { id, .. }) => id + 1,
                Record::Next(next) => *next,
                Record::Change(_) => 0,
            });
            let next = next.max().unwrap_or(0);
            let bytes: u64 = entries.iter().map(|stored| size(&stored.entry)).sum();
            prop_assert_eq!((book.contents(), book.bytes()), (Contents { entries, next }, bytes));

            let mut anew = Book::default();
            book.anew().flatten().for_each(|record| anew.apply(record));
            prop_assert_eq!((anew.contents(), anew.bytes()), (book.contents(), book.bytes()));
        }
    }
}
