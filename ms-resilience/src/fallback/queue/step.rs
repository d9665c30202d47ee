//! The steps of a worker.

use ms_core::clock::Alarm;
use pin_project::pin_project;

use super::line::Entry;
use super::outcome::Outcome;

/// What a worker waits for.
#[pin_project(project = StepProj)]
pub(super) enum Step<W, Req, F> {
    /// For an entry.
    Waiting,
    /// For an attempt to be taken down: if it takes the process with it, it counts.
    Noting(#[pin] W, Item, Entry),
    Readying(Item, Option<Req>),
    Calling(Item, #[pin] F),
    /// For its outcome to be taken down.
    Ending(#[pin] W, Item, Outcome),
    Resting(#[pin] Alarm),
    Over,
}

impl<W, Req, F> Step<W, Req, F> {
    /// The entry whose attempt has no outcome yet.
    pub(super) const fn attempt(&self) -> Option<Item> {
        match self {
            Self::Noting(_, item, _) | Self::Readying(item, _) | Self::Calling(item, _) => {
                Some(*item)
            }
            _ => None,
        }
    }
}

/// The entry that is being delivered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub(super) id: u64,
    /// This one included.
    pub(super) attempts: u32,
}
