//! Why a call was rejected. In all cases the peer was never called.

use ms_core::rejection::Reason;

/// All places are taken, and nobody may wait or too many do.
pub const FULL: Reason = Reason::unavailable("bulkhead", "bulkhead_full")
    .text("all places are taken")
    .numbers(&["limit", "in_flight", "waiting"]);

/// The call waited as long as it may, and no place became free.
pub const WAIT: Reason = Reason::unavailable("bulkhead", "bulkhead_wait")
    .text("no place became free in time")
    .numbers(&["limit", "in_flight", "waiting", "waited_ms"]);

/// The deadline of the request came while the call waited for a place.
pub const DEADLINE: Reason = Reason::deadline("bulkhead", "bulkhead_deadline")
    .text("the deadline of the request came before a place became free")
    .numbers(&["limit", "in_flight", "waiting", "waited_ms"]);

/// The bulkhead is closed: its `max_concurrent` is 0.
pub const CLOSED: Reason = Reason::unavailable("bulkhead", "bulkhead_closed").text("closed");
