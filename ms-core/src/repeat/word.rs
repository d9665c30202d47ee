//! The word itself.

use std::error::Error;
use std::fmt;

/// How requests of one kind are sent again.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not know how a `{Req}` is sent again",
    note = "`ms_core::http::repeat::Requests` knows it of `http::Request`, \
            `ms_core::repeat::Plain` of any request that is `Clone`"
)]
pub trait Repeat<Req>: Clone {
    /// What is sent.
    type Sent;

    /// What is kept meanwhile. Dropped, it says that nothing will be sent again.
    type Kept;

    /// Whether it does no harm to do the work of `request` twice.
    fn is_safe(&self, request: &Req) -> bool;

    /// What is sent first, and what is kept of it: of a body at most `limit` bytes.
    fn split(&self, request: Req, limit: usize) -> (Self::Sent, Self::Kept);

    /// What is sent where nothing is to be sent again.
    fn once(&self, request: Req) -> Self::Sent;

    /// The same once more, with others to come.
    ///
    /// # Errors
    /// When what was kept is not enough, or is still in use.
    fn again(&self, kept: &Self::Kept) -> Result<Self::Sent, NotRepeatable>;

    /// The same for the last time.
    ///
    /// # Errors
    /// When what was kept is not enough, or is still in use.
    fn last(&self, kept: Self::Kept) -> Result<Self::Sent, NotRepeatable>;

    /// Whether [`again`](Self::again) would succeed now.
    ///
    /// # Errors
    /// Why it would not.
    fn check(&self, kept: &Self::Kept) -> Result<(), NotRepeatable>;

    /// Tells whoever receives it which attempt this is, counted from 1.
    fn number(&self, sent: &mut Self::Sent, attempt: u32);
}

/// Why a request cannot be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotRepeatable {
    /// More of it went by than is kept.
    TooLarge,
    /// An earlier attempt still holds it, and has not read all of it. Only this may pass.
    InUse,
    /// Reading it failed, or panicked.
    Broken,
    /// It can only be sent once, by its nature.
    Once,
}

impl NotRepeatable {
    /// Its name in events and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::InUse => "in_use",
            Self::Broken => "broken",
            Self::Once => "once",
        }
    }
}

impl fmt::Display for NotRepeatable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the request is larger than what may be kept of it",
            Self::InUse => "an earlier attempt still holds the request",
            Self::Broken => "reading the request failed",
            Self::Once => "the request can only be sent once",
        })
    }
}

impl Error for NotRepeatable {}
