//! Why a call was not let through.

use ms_core::rejection::Reason;

/// It is not known who is calling.
pub const UNKNOWN_CALLER: Reason =
    Reason::unauthenticated("authorize", "unknown_caller").text("it is not known who is calling");

/// The caller is known, and may not do this.
pub const NOT_ALLOWED: Reason =
    Reason::forbidden("authorize", "not_allowed").text("the caller may not do this");
