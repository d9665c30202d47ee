//! Pure: who gets an answer for whom.

use std::collections::{BTreeMap, HashMap};

use super::key::Hashed;

/// For each key at most one call that leads, and those that follow it.
///
/// `T` is an answer, `W` what one who waits leaves behind, to be woken by.
#[derive(Debug)]
pub(super) struct Flights<Key, T, W> {
    /// As long as somebody leads.
    flights: HashMap<Hashed<Key>, BTreeMap<Seat, Option<W>>>,
    /// What those were told who wait no longer, until they ask.
    told: HashMap<Seat, Told<T>>,
    waiting: usize,
    next: Seat,
}

/// Which follower it is. Who came first has the lowest.
pub(super) type Seat = u64;

/// What a follower is told.
#[derive(Debug, Clone)]
pub(super) enum Told<T> {
    /// It leads from now on.
    Lead,
    /// This is the answer.
    Answer(T),
    /// The call failed for this reason, and this is an older answer.
    Older(T, &'static str),
    /// Nobody gets an answer for it.
    Alone,
}

/// What becomes of a call that comes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Joined {
    Leads,
    Follows(Seat),
    /// There are too many who follow.
    Alone,
}

impl<Key, T, W> Default for Flights<Key, T, W> {
    fn default() -> Self {
        Self { flights: HashMap::new(), told: HashMap::new(), waiting: 0, next: 0 }
    }
}

impl<Key: Eq, T: Clone, W> Flights<Key, T, W> {
    /// A call for `key` comes. At most `most` follow, over all keys.
    pub(super) fn join(&mut self, key: &Hashed<Key>, most: usize) -> Joined {
        let Some(seats) = self.flights.get_mut(key) else {
            self.flights.insert(key.clone(), BTreeMap::new());
            return Joined::Leads;
        };
        if self.waiting >= most {
            return Joined::Alone;
        }
        let seat = self.next;
        self.next += 1;
        self.waiting += 1;
        seats.insert(seat, None);
        Joined::Follows(seat)
    }

    /// What the one in `seat` was told, once; else `waker` is to wake it, and the one that it left
    /// before comes back.
    pub(super) fn ask(&mut self, key: &Hashed<Key>, seat: Seat, waker: W) -> Asked<T, W> {
        if let Some(told) = self.told.remove(&seat) {
            return Asked::Told(told, waker);
        }
        let card = self.flights.get_mut(key).and_then(|seats| seats.get_mut(&seat));
        Asked::Waits(card.and_then(|card| card.replace(waker)))
    }

    /// The one in `seat` goes away. What it left behind comes back, and what it was told.
    pub(super) fn leave(&mut self, key: &Hashed<Key>, seat: Seat) -> (Option<W>, Option<Told<T>>) {
        let card = self.flights.get_mut(key).and_then(|seats| seats.remove(&seat));
        let told = self.told.remove(&seat);
        self.waiting -= usize::from(card.is_some());
        (card.flatten(), told)
    }

    /// Who leads goes away without an answer: the next one leads, and is to be woken.
    pub(super) fn hand_over(&mut self, key: &Hashed<Key>) -> Option<W> {
        let seats = self.flights.get_mut(key)?;
        let Some((seat, card)) = seats.pop_first() else {
            self.flights.remove(key);
            return None;
        };
        self.waiting -= 1;
        self.told.insert(seat, Told::Lead);
        card
    }

    /// The flight is over: all who follow are told so, and are to be woken.
    pub(super) fn end(&mut self, key: &Hashed<Key>, told: &Told<T>) -> Vec<W> {
        let seats = self.flights.remove(key).unwrap_or_default();
        self.waiting -= seats.len();
        let card = |(seat, card): (Seat, Option<W>)| {
            self.told.insert(seat, told.clone());
            card
        };
        seats.into_iter().filter_map(card).collect()
    }
}

impl<Key, T, W> Flights<Key, T, W> {
    /// How many follow.
    pub(super) const fn waiting(&self) -> usize {
        self.waiting
    }

    /// How many calls lead, and how many were told something that they did not ask for yet.
    #[cfg(test)]
    pub(super) fn left(&self) -> (usize, usize) {
        (self.flights.len(), self.told.len())
    }
}

/// What one who asks hears.
#[derive(Debug)]
pub(super) enum Asked<T, W> {
    /// This, and its waker back.
    Told(Told<T>, W),
    /// Nothing yet.
    Waits(Option<W>),
}
