//! What is held for a call, and how its end is told.

use ::http::HeaderMap;

/// How a body ended, whose error type is `E`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum End<'a, E> {
    /// All of it was delivered.
    Complete {
        /// What came after the data: the place where gRPC says how the call ended.
        trailers: Option<&'a HeaderMap>,
    },
    /// It broke in the middle.
    Failed(&'a E),
    /// A panic came out of it.
    Panicked,
    /// Whoever read it went away before its end.
    Dropped,
}

/// What is held for a call until its body ends: a permit, an outcome that is to be recorded.
///
/// `E` is the error of the body; most watches are for any. It is told once, by [`end`](Self::end),
/// and never by being dropped, unless its body is leaked.
pub trait Watch<E> {
    /// The body ended like this.
    fn end(self, end: End<'_, E>);
}
