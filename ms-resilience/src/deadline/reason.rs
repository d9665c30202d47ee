//! Why a request was not served.

use ms_core::rejection::{Fault, Reason};

/// Too little time was left when the request came, or was to be sent.
pub const EXPIRED: Reason = Reason::deadline("deadline", "deadline_expired")
    .text("too little time is left for the request")
    .numbers(&["remaining_ms"]);

/// The deadline of the request came while it was served: its caller waits no longer.
pub const EXCEEDED: Reason = Reason::deadline("deadline", "deadline_exceeded")
    .text("the deadline of the request came first")
    .fault_of(Fault::Caller)
    .numbers(&["given_ms"]);
