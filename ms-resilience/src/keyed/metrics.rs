//! What a family counts.

use ms_core::registry::Metric;

/// What a family counts of its keys: constants of the policy, in its own name.
///
/// ```
/// use ms_core::registry::Metric;
/// use ms_resilience::keyed::KeyMetrics;
///
/// pub const KEYS: KeyMetrics = KeyMetrics {
///     keys: Metric::new("example.greet.keys", "{key}", KeyMetrics::KEYS),
///     limit: Metric::new("example.greet.keys.limit", "{key}", KeyMetrics::LIMIT),
///     evicted: Metric::new("example.greet.keys.evicted", "{key}", KeyMetrics::EVICTED),
///     overflowed: Metric::new("example.greet.keys.overflowed", "{call}", KeyMetrics::OVERFLOWED),
/// };
/// ```
#[derive(Debug)]
#[allow(clippy::exhaustive_structs, reason = "a policy names all of them")]
pub struct KeyMetrics {
    /// How many keys are kept apart.
    pub keys: Metric,
    /// How many may be.
    pub limit: Metric,
    /// Keys that were forgotten, by `why`: `idle` or `full`.
    pub evicted: Metric,
    /// Calls whose key found no room.
    pub overflowed: Metric,
}

impl KeyMetrics {
    /// What [`keys`](Self::keys) means.
    pub const KEYS: &'static str = "Keys that are kept apart.";
    /// What [`limit`](Self::limit) means.
    pub const LIMIT: &'static str = "How many keys may be kept apart.";
    /// What [`evicted`](Self::evicted) means.
    pub const EVICTED: &'static str = "Keys that were forgotten, idle or since there was no room.";
    /// What [`overflowed`](Self::overflowed) means.
    pub const OVERFLOWED: &'static str = "Calls whose key found no room and shared with others.";
}
