//! How a policy speaks: under its name, to whoever subscribed.

use std::fmt;
use std::sync::{Arc, OnceLock};

use tokio::sync::broadcast;

use super::event::{Event, Events, Field};
use crate::clock::now;
use crate::name::Name;

/// How many events a subscriber may be behind.
const BACKLOG: usize = 1024;

/// Under which kind and name a policy was registered, and its way to say what happened.
#[derive(Clone)]
pub struct Voice {
    kind: &'static str,
    name: Name,
    hall: Arc<Hall>,
}

impl Voice {
    pub(super) const fn new(kind: &'static str, name: Name, hall: Arc<Hall>) -> Self {
        Self { kind, name, hall }
    }

    /// The voice of one member of a family: `users/<key>`, of the same kind.
    ///
    /// ```
    /// # use ms_core::registry::{Policy, Readings, Registry, Voice};
    /// # use std::{fmt, sync::Arc};
    /// # struct Doors(Voice);
    /// # impl Policy for Doors {
    /// #     fn voice(&self) -> &Voice { &self.0 }
    /// #     fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str("open") }
    /// #     fn read(&self, out: &mut dyn Readings) {}
    /// # }
    /// let doors = Registry::new().register("door", "users", |voice| Arc::new(Doors(voice)));
    /// assert_eq!(doors.voice().of(7).name().as_str(), "users/7");
    /// ```
    #[must_use]
    pub fn of(&self, key: impl fmt::Display) -> Self {
        self.renamed(self.name.of(key))
    }

    /// The same voice under another name.
    pub(super) fn renamed(&self, name: Name) -> Self {
        Self { name, ..self.clone() }
    }

    /// The kind of the policy.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// The name of the policy: unique among the living ones of its kind, but for members of
    /// families that read alike. Those are numbered where they are listed.
    #[inline]
    #[must_use]
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// The events of this policy, from now on.
    #[must_use]
    pub fn subscribe(&self) -> Events {
        self.hall.subscribe().of(self.kind, self.name.clone())
    }

    /// Tells the subscribers `what` happened. Costs next to nothing where there is none.
    ///
    /// To be called when no lock is held.
    pub fn say(&self, what: &'static str, fields: &[(&'static str, Field)]) {
        self.hall.tell(|| Event {
            at: now(),
            kind: self.kind,
            name: self.name.clone(),
            what,
            fields: fields.to_vec(),
        });
    }
}

impl fmt::Debug for Voice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

/// Where the subscribers of one registry listen. Built when the first one comes.
#[derive(Debug, Default)]
pub(super) struct Hall(OnceLock<broadcast::Sender<Arc<Event>>>);

impl Hall {
    pub(super) fn subscribe(&self) -> Events {
        Events::of_all(self.0.get_or_init(|| broadcast::Sender::new(BACKLOG)).subscribe())
    }

    fn tell(&self, event: impl FnOnce() -> Event) {
        if let Some(sender) = self.0.get()
            && sender.receiver_count() > 0
        {
            // The last subscriber may have left a moment ago; then nobody misses the event.
            let _ = sender.send(Arc::new(event()));
        }
    }
}
