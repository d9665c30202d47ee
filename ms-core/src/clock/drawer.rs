//! Timers to be used again: a drawer of them for each thread.

use std::cell::RefCell;
use std::pin::Pin;

use super::moment::{Instant, Sleep, sleep_until};

/// A timer in a place of its own, or the place alone.
pub(super) type Timer = Pin<Box<Option<Sleep>>>;

/// So many places are kept for each thread, some 100 bytes each.
const MOST: usize = 256;

thread_local! {
    static DRAWER: RefCell<Vec<Timer>> = const { RefCell::new(Vec::new()) };
}

/// A timer for `moment`.
pub(super) fn take(moment: Instant) -> Timer {
    let used = DRAWER.try_with(|drawer| drawer.try_borrow_mut().ok()?.pop());
    let mut timer = used.ok().flatten().unwrap_or_else(|| Box::pin(None));
    timer.as_mut().set(Some(sleep_until(moment)));
    timer
}

/// The timer is cancelled, and its place is kept.
#[inline(never)]
pub(super) fn give_back(mut timer: Timer) {
    timer.as_mut().set(None);
    // At the end of a thread there is no drawer any more.
    let _ = DRAWER.try_with(|drawer| {
        if let Ok(mut drawer) = drawer.try_borrow_mut()
            && drawer.len() < MOST
        {
            drawer.push(timer);
        }
    });
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::moment::now;
    use super::*;

    fn kept() -> usize {
        DRAWER.with_borrow(Vec::len)
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_is_used_again_and_no_more_are_kept_than_may_be() {
        let soon = now() + Duration::from_secs(1);
        give_back(take(soon));
        assert_eq!(kept(), 1);
        let timers: Vec<_> = (0..2 * MOST).map(|_| take(soon)).collect();
        assert_eq!(kept(), 0);
        timers.into_iter().for_each(give_back);
        assert_eq!(kept(), MOST);
    }
}
