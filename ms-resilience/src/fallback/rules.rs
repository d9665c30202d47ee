//! What a user may say about a fallback beside its settings.

/// What is kept of requests or responses, what outcomes are worth, which of them a fallback is for,
/// and how its answers are marked. Every call has a copy, so what is in here is best small.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rules<K, C, W, M> {
    pub(super) keep: K,
    pub(super) classifier: C,
    pub(super) when: W,
    pub(super) mark: M,
}
