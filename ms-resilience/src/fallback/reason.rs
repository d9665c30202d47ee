//! The one reason of our own for which a call fails.

use ms_core::rejection::Reason;

/// A fallback function kept the outcome that it was lent, beyond the end of its own future, and
/// gave no answer: so there is nothing to give to the caller.
pub const LOST: Reason = Reason::internal("fallback", "fallback_outcome_lost")
    .text("the fallback gave no answer, and kept the outcome that it was lent");
