//! What happened to a policy, for whoever subscribed.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::{Receiver, error::RecvError, error::TryRecvError};

use crate::clock::Instant;
use crate::name::Name;

/// Something rare that happened to a policy: a state change, a burst of rejections.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// When.
    pub at: Instant,
    /// The kind of the policy, like `circuit_breaker`.
    pub kind: &'static str,
    /// The name of the policy.
    pub name: Name,
    /// What happened, like `opened`.
    pub what: &'static str,
    /// The circumstances.
    pub fields: Vec<(&'static str, Field)>,
}

impl Event {
    /// The circumstance called `name`.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find_map(|(key, field)| (*key == name).then_some(field))
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.kind, self.name, self.what)?;
        self.fields.iter().try_for_each(|(key, field)| write!(f, " {key}={field}"))
    }
}

/// One circumstance of an [`Event`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Field {
    /// How many.
    Count(u64),
    /// How much.
    Number(f64),
    /// How long.
    Time(Duration),
    /// One of a closed set of words.
    Word(&'static str),
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => count.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Time(time) => write!(f, "{time:?}"),
            Self::Word(word) => f.write_str(word),
        }
    }
}

impl From<u64> for Field {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<f64> for Field {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<Duration> for Field {
    fn from(time: Duration) -> Self {
        Self::Time(time)
    }
}

impl From<&'static str> for Field {
    fn from(word: &'static str) -> Self {
        Self::Word(word)
    }
}

/// What a subscriber hears.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// An event.
    Event(Arc<Event>),
    /// It did not keep up: this many are lost to it.
    Missed(u64),
}

/// The events of a registry, or of one of its policies, from the moment of subscribing on.
#[derive(Debug)]
pub struct Events {
    receiver: Receiver<Arc<Event>>,
    /// Whose events they are, if not those of all.
    only: Option<(&'static str, Name)>,
}

impl Events {
    pub(super) const fn of_all(receiver: Receiver<Arc<Event>>) -> Self {
        Self { receiver, only: None }
    }

    pub(super) fn of(self, kind: &'static str, name: Name) -> Self {
        Self { only: Some((kind, name)), ..self }
    }

    /// The next one; `None` when the registry is gone.
    ///
    /// Cancel safe: an event that is not returned is still there. What a subscriber of one policy
    /// missed may have been events of others.
    pub async fn next(&mut self) -> Option<Heard> {
        loop {
            match self.receiver.recv().await {
                Ok(event) if !self.is_wanted(&event) => {}
                Ok(event) => return Some(Heard::Event(event)),
                Err(RecvError::Lagged(missed)) => return Some(Heard::Missed(missed)),
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// The next one, if there is one already.
    pub fn try_next(&mut self) -> Option<Heard> {
        loop {
            match self.receiver.try_recv() {
                Ok(event) if !self.is_wanted(&event) => {}
                Ok(event) => return Some(Heard::Event(event)),
                Err(TryRecvError::Lagged(missed)) => return Some(Heard::Missed(missed)),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return None,
            }
        }
    }

    fn is_wanted(&self, event: &Event) -> bool {
        let is_it = |(kind, name): &(&str, Name)| event.kind == *kind && event.name == *name;
        self.only.as_ref().is_none_or(is_it)
    }
}
