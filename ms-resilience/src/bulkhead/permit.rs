//! What a call holds: a place in flight.

use std::mem::take;
use std::sync::Arc;

use super::shared::Shared;
use super::state::State;

/// The place of a call in flight, which its end gives to the next.
#[derive(Debug)]
pub struct Permit {
    /// Empty once the call was handed over.
    shared: Option<Arc<Shared>>,
}

impl Permit {
    /// For a call that comes, if there is a place and nobody waits; else this is so.
    #[inline]
    pub(super) fn at_once(shared: &Arc<Shared>) -> Result<Self, State> {
        shared.gate.admit().map(|()| Self::admitted(Arc::clone(shared)))
    }

    /// The same for whoever has a share in it already, and gets it back if there is no place.
    #[inline]
    pub(super) fn at_once_with(shared: Arc<Shared>) -> Result<Self, (State, Arc<Shared>)> {
        match shared.gate.admit() {
            Ok(()) => Ok(Self::admitted(shared)),
            Err(state) => Err((state, shared)),
        }
    }

    /// For a call that the gate has let in.
    #[inline]
    pub(super) fn admitted(shared: Arc<Shared>) -> Self {
        shared.accepted.count();
        Self { shared: Some(shared) }
    }

    /// The call is over.
    #[inline]
    pub(super) fn end(&mut self) {
        if let Some(shared) = self.shared.take() {
            shared.gate.release();
        }
    }

    /// Hands the call over to whoever goes on with it. What stays behind holds nothing.
    #[inline]
    pub(super) fn hand_over(&mut self) -> Self {
        Self { shared: take(&mut self.shared) }
    }
}

impl Drop for Permit {
    #[inline]
    fn drop(&mut self) {
        // Out of line, with nothing left to be dropped here: most calls have ended before.
        if let Some(shared) = self.shared.take() {
            give_back(shared);
        }
    }
}

#[inline(never)]
#[allow(clippy::needless_pass_by_value, reason = "it ends here")]
fn give_back(shared: Arc<Shared>) {
    shared.gate.release();
}
