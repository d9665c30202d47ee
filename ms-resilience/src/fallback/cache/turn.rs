//! What a call holds that leads others, or follows one.

use std::fmt;
use std::sync::Arc;
use std::task::Context as TaskContext;

use super::flights::{Asked, Seat, Told};
use super::key::Hashed;
use super::shared::Shared;
use super::shelf::Found;

/// A call that gets an answer for all who want the same. Dropped, the next one does.
pub(super) struct Turn<Key: Eq, T> {
    /// Empty once it is over.
    place: Option<Place<Key, T>>,
}

/// Where a call stands.
struct Place<Key, T> {
    shared: Arc<Shared<Key, T>>,
    key: Hashed<Key>,
}

impl<Key: Eq, T> Turn<Key, T> {
    pub(super) const fn new(shared: Arc<Shared<Key, T>>, key: Hashed<Key>) -> Self {
        Self { place: Some(Place { shared, key }) }
    }

    /// It is over: all who follow are told so.
    pub(super) fn end(mut self, told: &Told<Found<T>>) {
        if let Some(place) = self.place.take() {
            place.shared.end(&place.key, told);
        }
    }
}

impl<Key: Eq, T> Drop for Turn<Key, T> {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            place.shared.hand_over(&place.key);
        }
    }
}

/// A call that follows. Dropped, it leaves, and passes on what it had just been given.
pub(super) struct Follower<Key: Eq, T> {
    /// Empty once it was told something.
    place: Option<Place<Key, T>>,
    seat: Seat,
}

/// What one who follows hears.
pub(super) enum Heard<Key: Eq, T> {
    Lead(Turn<Key, T>),
    Answer(Found<T>),
    Older(Found<T>, &'static str),
    Alone,
}

impl<Key: Eq, T> Follower<Key, T> {
    pub(super) const fn new(shared: Arc<Shared<Key, T>>, key: Hashed<Key>, seat: Seat) -> Self {
        Self { place: Some(Place { shared, key }), seat }
    }

    /// What it was told; before, the task is woken then.
    pub(super) fn poll(&mut self, cx: &TaskContext<'_>) -> Option<Heard<Key, T>> {
        let Place { shared, key } = self.place.as_ref()?;
        // A waker is foreign code: none is cloned or dropped while the table is locked.
        let card = cx.waker().clone();
        let asked = shared.table().flights.ask(key, self.seat, card);
        match asked {
            Asked::Told(told, _) => self.hear(told),
            Asked::Waits(_) => None,
        }
    }

    /// Waits no longer. What it was told at the last moment counts.
    pub(super) fn give_up(&mut self) -> Option<Heard<Key, T>> {
        let Place { shared, key } = self.place.as_ref()?;
        let (_card, told) = shared.table().flights.leave(key, self.seat);
        match told {
            Some(told) => self.hear(told),
            None => {
                self.place = None;
                None
            }
        }
    }

    fn hear(&mut self, told: Told<Found<T>>) -> Option<Heard<Key, T>> {
        let Place { shared, key } = self.place.take()?;
        Some(match told {
            Told::Lead => Heard::Lead(Turn::new(shared, key)),
            Told::Answer(found) => Heard::Answer(found),
            Told::Older(found, reason) => Heard::Older(found, reason),
            Told::Alone => Heard::Alone,
        })
    }
}

impl<Key: Eq, T> Drop for Follower<Key, T> {
    fn drop(&mut self) {
        // What it heard is dropped here: a turn goes to the next.
        drop(self.give_up());
    }
}

impl<Key: Eq, T> fmt::Debug for Turn<Key, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn").finish_non_exhaustive()
    }
}

impl<Key: Eq, T> fmt::Debug for Follower<Key, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follower").field("seat", &self.seat).finish_non_exhaustive()
    }
}
