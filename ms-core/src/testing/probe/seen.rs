//! What was done to a probe, in numbers.

/// What was done to a probe and all its clones so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seen {
    /// How often somebody asked whether it is ready.
    pub ready_polls: usize,
    /// How often it was called.
    pub calls: usize,
    /// Calls of an instance that had not said that it is ready: each breaks the Tower contract.
    pub unready_calls: usize,
    /// How often it was cloned.
    pub clones: usize,
    /// How many instances are alive, the first one included.
    pub alive: usize,
    /// How many response futures were made.
    pub futures: usize,
    /// How often a response future was polled.
    pub polls: usize,
    /// Response futures that gave their answer, errors included.
    pub finished: usize,
    /// Response futures that were dropped before they gave their answer.
    pub dropped: usize,
    /// Panics, in `call` and in `poll`.
    pub panics: usize,
    /// Response futures alive now that have not given their answer.
    pub in_flight: usize,
    /// The most that was ever in flight.
    pub peak: usize,
    /// Instances that said that they are ready and were not called since: permits that lie idle.
    pub idle_ready: usize,
    /// Instances whose waker waits for readiness.
    pub waiting_ready: usize,
    /// Response futures whose waker waits to be released, or for ever.
    pub waiting_answers: usize,
}

impl Seen {
    /// One more is in flight.
    pub(super) fn started(&mut self) {
        self.futures += 1;
        self.in_flight += 1;
        self.peak = self.peak.max(self.in_flight);
    }
}
