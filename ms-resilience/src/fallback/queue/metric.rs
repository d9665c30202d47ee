//! What a queue counts and measures.

use ms_core::registry::Metric;

/// What became of requests that were given to the queue, and of its entries.
pub const ENTRIES: Metric = Metric::new(
    "resilience.fallback.queue.entries",
    "{entry}",
    "What became of requests that were given to the queue, and of its entries.",
);

/// Entries that wait to be delivered.
pub const WAITING: Metric =
    Metric::new("resilience.fallback.queue.waiting", "{entry}", "Entries that wait.");

/// Entries that were set aside, and are still there.
pub const ASIDE: Metric = Metric::new(
    "resilience.fallback.queue.aside",
    "{entry}",
    "Entries that were set aside, and are still there.",
);

/// How many bytes all entries have.
pub const BYTES: Metric =
    Metric::new("resilience.fallback.queue.bytes", "By", "How many bytes all entries have.");

/// Attempts to deliver an entry, by how they ended.
pub const ATTEMPTS: Metric = Metric::new(
    "resilience.fallback.queue.attempts",
    "{attempt}",
    "Attempts to deliver an entry, by how they ended.",
);
