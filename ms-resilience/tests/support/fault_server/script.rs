//! Which act comes next.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

use super::act::Act;

/// The acts that are still to come; the last one is repeated.
#[derive(Debug)]
pub(super) struct Script(Mutex<VecDeque<Act>>);

impl Script {
    pub(super) fn new(acts: impl IntoIterator<Item = Act>) -> Self {
        Self(Mutex::new(acts.into_iter().collect()))
    }

    pub(super) fn next(&self) -> Act {
        take(&mut self.acts())
    }

    /// Takes the next act if it is to refuse.
    pub(super) fn refuses(&self) -> bool {
        let mut acts = self.acts();
        acts.front() == Some(&Act::Refuse) && take(&mut acts) == Act::Refuse
    }

    fn acts(&self) -> MutexGuard<'_, VecDeque<Act>> {
        self.0.lock().expect("whoever holds it does not panic")
    }
}

fn take(acts: &mut VecDeque<Act>) -> Act {
    let last = acts.len() == 1;
    let act = if last { acts.front().copied() } else { acts.pop_front() };
    act.expect("a script has at least one act")
}
