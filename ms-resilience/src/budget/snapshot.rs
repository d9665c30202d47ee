//! What there is at one moment.

/// A budget at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Snapshot {
    /// How many attempts it would pay for now. As gRPC throttles, what is held: half of the limit
    /// and less pay for none. Infinite without a limit.
    pub tokens: f64,
    /// The most that it may hold; of a ratio, what the calls of the window allow in all.
    pub limit: f64,
    /// How many attempts were paid for, and made.
    pub spent: u64,
    /// How many attempts it did not pay for.
    pub refused: u64,
}
