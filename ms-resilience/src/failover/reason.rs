//! Why a call was rejected. In all cases no endpoint was called.

use ms_core::rejection::Reason;

/// No endpoint is available, and calls are then to be rejected.
pub const UNAVAILABLE: Reason = Reason::unavailable("failover", "no_endpoint_available")
    .text("no endpoint is available")
    .numbers(&["endpoints"]);

/// No endpoint became ready in time, and none of them said why.
pub const NOT_READY: Reason = Reason::unavailable("failover", "no_endpoint_ready")
    .text("no endpoint became ready in time")
    .numbers(&["endpoints", "patience_ms"]);

/// The deadline of the request came before any endpoint was ready.
pub const DEADLINE: Reason = Reason::deadline("failover", "failover_deadline")
    .text("the deadline of the request came before an endpoint was ready")
    .numbers(&["endpoints"]);
