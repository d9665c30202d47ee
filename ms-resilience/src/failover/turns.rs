//! What has turned and was not told yet.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ms_core::sync::{Mutex, lock};

use super::standing::Change;

/// Something turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// The standing of this endpoint.
    Standing(usize, Change),
    /// Calls stay with this endpoint.
    Switched(usize),
}

/// Lets one thing turn after the other, and tells of each in its order.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<Untold>);

#[derive(Debug, Default)]
struct Untold {
    turns: VecDeque<Turn>,
    is_telling: bool,
}

impl Turns {
    /// Makes a `change`, and tells what turned by `tell` when no lock is held.
    pub(super) fn turn(&self, change: impl FnOnce(&mut VecDeque<Turn>), tell: impl Fn(Turn)) {
        let mut untold = lock(&self.0);
        change(&mut untold.turns);
        // Whoever tells tells all.
        if untold.turns.is_empty() || std::mem::replace(&mut untold.is_telling, true) {
            return;
        }
        while let Some(turn) = untold.turns.pop_front() {
            drop(untold);
            // A subscriber that panics harms nobody, least of all the next event.
            let _ = catch_unwind(AssertUnwindSafe(|| tell(turn)));
            untold = lock(&self.0);
        }
        untold.is_telling = false;
    }
}
