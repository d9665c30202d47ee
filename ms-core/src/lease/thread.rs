//! Which stripe a thread uses.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A number that each thread keeps: threads get neighbouring ones, so they spread evenly.
#[inline]
pub(super) fn thread_number() -> usize {
    const UNKNOWN: usize = usize::MAX;
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static MINE: Cell<usize> = const { Cell::new(UNKNOWN) };
    }

    #[cold]
    fn number(mine: &Cell<usize>) -> usize {
        mine.set(NEXT.fetch_add(1, Ordering::Relaxed) & (UNKNOWN >> 1));
        mine.get()
    }

    MINE.with(|mine| if mine.get() == UNKNOWN { number(mine) } else { mine.get() })
}
