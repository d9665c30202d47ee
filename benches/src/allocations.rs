//! How often this process asked for memory.

use std::hint::black_box;

use stats_alloc::INSTRUMENTED_SYSTEM;

use crate::trouble::Trouble;

/// Allocations so far; one that grows counts again.
#[must_use]
pub fn so_far() -> u64 {
    let stats = INSTRUMENTED_SYSTEM.stats();
    (stats.allocations + stats.reallocations) as u64
}

/// A program that forgot to install the counting allocator would see no allocation anywhere.
///
/// # Errors
/// When nothing is counted here.
pub fn ensure_counted() -> Result<(), Trouble> {
    let before = so_far();
    drop(black_box(Box::new(0_u8)));
    if so_far() > before { Ok(()) } else { Err(Trouble::NotCounting) }
}
