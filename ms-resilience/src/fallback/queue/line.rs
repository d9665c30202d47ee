//! Pure: what waits, in order and within bounds.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::store::{Contents, Stored};

/// The entries of a queue. `W` is what one who waits for an entry leaves behind, to be woken by.
#[derive(Debug)]
pub(super) struct Line<W> {
    waiting: BTreeMap<u64, Entry>,
    aside: BTreeMap<u64, Entry>,
    /// What is being written, and counts already.
    reserved: usize,
    /// Of all three.
    bytes: usize,
    next: u64,
    card: Option<W>,
}

/// One entry.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) entry: Arc<[u8]>,
    /// How many attempts to deliver it count.
    pub(super) attempts: u32,
}

/// How much may be there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) max_entries: usize,
    pub(super) max_bytes: usize,
}

impl<W> Line<W> {
    pub(super) fn new(contents: Contents) -> Self {
        let bytes = contents.entries.iter().map(|stored| stored.entry.len()).sum();
        let number = |Stored { id, entry, attempts, .. }| (id, Entry { entry, attempts });
        let (aside, waiting): (Vec<_>, Vec<_>) =
            contents.entries.into_iter().partition(|stored| stored.is_aside);
        Self {
            waiting: waiting.into_iter().map(number).collect(),
            aside: aside.into_iter().map(number).collect(),
            reserved: 0,
            bytes,
            next: contents.next,
            card: None,
        }
    }

    /// A number for an entry of so many bytes, if there is room.
    pub(super) fn reserve(&mut self, bytes: usize, bounds: Bounds) -> Option<u64> {
        let has_place = self.len() < bounds.max_entries;
        let has_room = self.bytes.checked_add(bytes).is_some_and(|all| all <= bounds.max_bytes);
        if !has_place || !has_room {
            return None;
        }
        let id = self.next;
        self.next += 1;
        self.reserved += 1;
        self.bytes += bytes;
        Some(id)
    }

    /// What was reserved for an entry of so many bytes is not needed.
    pub(super) const fn release(&mut self, bytes: usize) {
        self.reserved -= 1;
        self.bytes -= bytes;
    }

    /// The entry is safe, and waits. Who waits for one is to be woken.
    pub(super) fn accept(&mut self, id: u64, entry: Arc<[u8]>) -> Option<W> {
        self.reserved -= 1;
        self.waiting.insert(id, Entry { entry, attempts: 0 });
        self.card.take()
    }

    /// The first that waits.
    pub(super) fn first(&self) -> Option<(u64, Entry)> {
        self.waiting.first_key_value().map(|(id, entry)| (*id, entry.clone()))
    }

    /// `card` is to be woken by the next that waits; the one before comes back.
    pub(super) const fn wait(&mut self, card: W) -> Option<W> {
        self.card.replace(card)
    }

    /// So many attempts count. False if it does not wait any more.
    pub(super) fn tried(&mut self, id: u64, attempts: u32) -> bool {
        let entry = self.waiting.get_mut(&id);
        entry.map(|entry| entry.attempts = attempts).is_some()
    }

    /// The entry is gone, wherever it was.
    pub(super) fn remove(&mut self, id: u64) -> Option<Entry> {
        let entry = self.waiting.remove(&id).or_else(|| self.aside.remove(&id))?;
        self.bytes -= entry.entry.len();
        Some(entry)
    }

    /// The entry waits no longer, and stays.
    pub(super) fn set_aside(&mut self, id: u64) {
        if let Some(entry) = self.waiting.remove(&id) {
            self.aside.insert(id, entry);
        }
    }

    /// The entry waits again, in its old place. Who waits for one is to be woken.
    pub(super) fn put_back(&mut self, id: u64) -> Option<Option<W>> {
        let entry = self.aside.remove(&id)?;
        self.waiting.insert(id, Entry { attempts: 0, ..entry });
        Some(self.card.take())
    }

    /// Those that were set aside.
    pub(super) fn aside(&self) -> impl Iterator<Item = (u64, &Entry)> {
        self.aside.iter().map(|(id, entry)| (*id, entry))
    }

    /// How many wait, how many were set aside, and how many bytes there are.
    pub(super) fn counts(&self) -> (usize, usize, usize) {
        (self.waiting.len(), self.aside.len(), self.bytes)
    }

    fn len(&self) -> usize {
        self.waiting.len() + self.aside.len() + self.reserved
    }
}
