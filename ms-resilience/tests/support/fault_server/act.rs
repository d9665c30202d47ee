//! What is done to one request.

/// What is done to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Nobody listens. Only a client that connects by [`Dial`](super::dial::Dial) sees that.
    Refuse,
    /// The connection is reset when the request begins to come; nothing of it is read.
    ResetBeforeReading,
    /// All of the request is read, then the connection is reset.
    ResetAfterReading,
    /// All of the request is read, and never answered.
    Hang,
    /// 200, and this body byte by byte.
    Drip(&'static str),
    /// 200, and half of this body; then the connection is closed.
    Break(&'static str),
    /// 503, and this as `Retry-After`.
    Busy(&'static str),
    /// gRPC's UNAVAILABLE, in the trailers.
    GrpcTrailers,
    /// gRPC's UNAVAILABLE, in the headers of a response without a body.
    GrpcTrailersOnly,
    /// 200, and this body.
    Answer(&'static str),
}

impl Act {
    /// Whether the connection ends with a reset, and not in good order.
    pub(super) fn resets(self) -> bool {
        matches!(self, Self::ResetBeforeReading | Self::ResetAfterReading)
    }
}
