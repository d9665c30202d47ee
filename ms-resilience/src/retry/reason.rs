//! Why a call fails of which nothing else is left.

use ms_core::rejection::{Fault, Reason};

/// The peer failed, its response was given up for another attempt, and then the request was not
/// to be had: an earlier attempt still reads it, or it turned out to be too large.
///
/// An error that was given up is returned instead; only a response cannot be, since it is dropped
/// before the pause.
pub const NOT_REPEATABLE: Reason = Reason::unavailable("retry", "request_not_repeatable")
    .text("the peer failed, and the request could not be sent again")
    .numbers(&["attempts"])
    .fault_of(Fault::Peer);
