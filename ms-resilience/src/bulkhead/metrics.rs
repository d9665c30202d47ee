//! What it counts and measures.

use ms_core::registry::Metric;

use crate::keyed::KeyMetrics;

/// Calls by what became of them when they came.
pub const CALLS: Metric =
    Metric::new("resilience.bulkhead.calls", "{call}", "Calls by whether they were let in.");

/// Calls in flight.
pub const IN_FLIGHT: Metric =
    Metric::new("resilience.bulkhead.in_flight", "{call}", "Calls in flight.");

/// Calls that wait for a place.
pub const WAITING: Metric =
    Metric::new("resilience.bulkhead.waiting", "{call}", "Calls that wait for a place.");

/// How many calls may be in flight.
pub const LIMIT: Metric =
    Metric::new("resilience.bulkhead.limit", "{call}", "How many calls may be in flight.");

/// How long calls waited for a place, however that ended.
pub const WAIT_DURATION: Metric = Metric::new(
    "resilience.bulkhead.wait.duration",
    "s",
    "How long calls waited for a place that found none at once, however the wait ended.",
);

/// What a bulkhead [for each key](super::BulkheadLayer::per) counts of its keys.
pub const KEYS: KeyMetrics = KeyMetrics {
    keys: Metric::new("resilience.bulkhead.keys", "{key}", KeyMetrics::KEYS),
    limit: Metric::new("resilience.bulkhead.keys.limit", "{key}", KeyMetrics::LIMIT),
    evicted: Metric::new("resilience.bulkhead.keys.evicted", "{key}", KeyMetrics::EVICTED),
    overflowed: Metric::new(
        "resilience.bulkhead.keys.overflowed",
        "{call}",
        KeyMetrics::OVERFLOWED,
    ),
};
