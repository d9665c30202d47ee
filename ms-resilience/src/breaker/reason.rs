//! Why a circuit refuses calls.

use ms_core::rejection::Reason;

/// The circuit is open: the peer failed, or was slow, too often. The numbers are those that
/// opened it, and for how long it has been open.
pub const OPEN: Reason = Reason::unavailable("circuit_breaker", "circuit_open")
    .text("the circuit is open")
    .numbers(&["calls", "failures", "slow", "open_ms"]);

/// The circuit is half-open, and as many calls as may are finding out.
pub const HALF_OPEN: Reason = Reason::unavailable("circuit_breaker", "circuit_half_open")
    .text("the circuit is half-open and its probes are under way")
    .numbers(&["calls", "failures", "slow", "open_ms"]);

/// Somebody opened the circuit by hand.
pub const FORCED_OPEN: Reason = Reason::unavailable("circuit_breaker", "circuit_forced_open")
    .text("the circuit was opened by hand");

/// The circuit has closed, and admits a growing share of the calls.
pub const RAMPING: Reason = Reason::unavailable("circuit_breaker", "circuit_ramping")
    .text("the circuit has closed and admits a growing share of calls")
    .numbers(&["share_percent"]);

/// The circuit would let the call through, and the service inside is not ready for it.
pub const NOT_READY: Reason = Reason::unavailable("circuit_breaker", "circuit_not_ready")
    .text("the service behind the circuit is not ready");
