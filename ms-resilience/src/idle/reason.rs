//! Why a body was given up.

use ms_core::rejection::{Fault, Reason};

/// The body kept its reader waiting for too long: the fault of whoever sends it.
pub const STALLED: Reason = Reason::deadline("idle_timeout", "body_stalled")
    .text("the body stands still")
    .fault_of(Fault::Peer)
    .numbers(&["limit_ms"]);
