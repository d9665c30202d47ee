//! How long a call waits where an older answer could be given.

use ms_core::clock::Instant;

/// How long the service may take to become ready.
#[derive(Debug, Clone, Copy)]
pub(super) enum Patience {
    /// Nobody has waited yet.
    Unasked,
    /// As long as it likes: there is no older answer.
    Endless,
    /// Until then.
    Until(Instant),
}
