//! What only some circuits have.

use std::collections::VecDeque;

use ms_core::sync::{AtomicU64, Mutex, MutexGuard, OnceLock, lock};

use super::calls::CallWindow;
use super::circuit::{Change, Circuit};
use super::notice::Notice;
use super::window::Bucket;
use super::word::CircuitState;

/// What only circuits have that had trouble, or that look at the last calls.
#[derive(Debug)]
pub(super) struct More {
    pub(super) calls: OnceLock<CallWindow>,
    /// What the probes of a half-open circuit found out.
    pub(super) probes: Bucket,
    /// Until when failures asked to be left alone.
    pub(super) asked_until: AtomicU64,
    /// What rejections say, written before the state that rejects.
    pub(super) notice: Notice,
    cold: Mutex<Cold>,
}

/// What is changed under the lock.
#[derive(Debug)]
pub(super) struct Cold {
    pub(super) circuit: Circuit,
    /// Which window it has of those that its rules had.
    pub(super) window_era: u32,
    /// How often each state was entered.
    pub(super) changes: [u32; CircuitState::ALL.len()],
    /// What is still to be told, in order.
    pub(super) untold: VecDeque<Change>,
    pub(super) is_telling: bool,
}

impl More {
    pub(super) fn new(circuit: Circuit, window_era: u32) -> Self {
        Self {
            calls: OnceLock::new(),
            probes: Bucket::default(),
            asked_until: AtomicU64::new(0),
            notice: Notice::default(),
            cold: Mutex::new(Cold {
                circuit,
                window_era,
                changes: [0; CircuitState::ALL.len()],
                untold: VecDeque::new(),
                is_telling: false,
            }),
        }
    }

    pub(super) fn cold(&self) -> MutexGuard<'_, Cold> {
        lock(&self.cold)
    }
}
