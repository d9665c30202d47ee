//! What a policy says to a body whose time is over.

use ms_core::rejection::Rejection;

/// Which of its times is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// The moment by which it must have ended.
    Deadline,
    /// It kept its reader waiting for too long.
    Idle,
}

/// A policy that limits the time of a body.
pub trait Expire {
    /// The time is over: takes note, and says why.
    fn expire(&mut self, over: Over) -> Rejection;
}
