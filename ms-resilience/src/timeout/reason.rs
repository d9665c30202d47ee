//! Why a call was given up.

use ms_core::rejection::{Fault, Reason};

/// The attempt took longer than it may: the fault of the peer.
pub const ATTEMPT: Reason = Reason::deadline("timeout", "attempt_timeout")
    .text("no answer in time")
    .fault_of(Fault::Peer)
    .numbers(&["limit_ms"]);

/// The whole call, with all its attempts, took longer than it may: the fault of the peer.
pub const TOTAL: Reason = Reason::deadline("total_timeout", "total_timeout")
    .text("no answer in time")
    .fault_of(Fault::Peer)
    .numbers(&["limit_ms"]);

/// The deadline that our own caller set came first: the age of the call decides what that says
/// about the peer.
pub const DEADLINE: Reason = Reason::deadline("timeout", "deadline_exceeded")
    .text("the deadline of the request came first")
    .fault_of(Fault::Caller)
    .numbers(&["limit_ms"]);
