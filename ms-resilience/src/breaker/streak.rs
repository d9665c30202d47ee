//! Failures in a row.

use ms_core::sync::{AtomicU64, Ordering};

const COUNT_BITS: u32 = 32;
const COUNT: u64 = (1 << COUNT_BITS) - 1;

/// How many failures came in a row, in one generation.
#[derive(Debug, Default)]
pub(super) struct Streak(AtomicU64);

impl Streak {
    /// One more failure of `generation`; how many there are in a row.
    pub(super) fn fail(&self, generation: u64) -> u64 {
        let tag = generation << COUNT_BITS;
        let more = |seen: u64| {
            let count = if seen & !COUNT == tag { seen & COUNT } else { 0 };
            Some(tag | (count + 1).min(COUNT))
        };
        let before = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        let before = before.unwrap_or_default();
        if before & !COUNT == tag { (before & COUNT) + 1 } else { 1 }
    }

    /// A success: most often there is nothing to forget, and nothing is written.
    #[inline]
    pub(super) fn succeed(&self) {
        if self.0.load(Ordering::Relaxed) & COUNT != 0 {
            self.0.store(0, Ordering::Relaxed);
        }
    }
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_success_ends_the_row_and_so_does_a_new_generation() {
        let streak = Streak::default();
        assert_eq!([streak.fail(1), streak.fail(1)], [1, 2]);
        streak.succeed();
        assert_eq!([streak.fail(1), streak.fail(2), streak.fail(2)], [1, 1, 2]);
    }
}
