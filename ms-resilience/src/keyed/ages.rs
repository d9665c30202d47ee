//! Time in ages: how long a key was not used, without a look at the clock when it is.

use std::time::Duration;

use ms_core::clock::Instant;
use ms_core::sync::{AtomicU32, AtomicU64, Ordering};

/// A search that found nobody who may go costs some 10 ns a key: a hundredth of this.
const PAUSE_PER_KEY: Duration = Duration::from_micros(1);

/// In which age a key was last used, and whether that was since the hand went by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(u32);

/// How many bits of a mark are not its age.
const FLAGS: u32 = 1;
const IS_FRESH: u32 = 1;

impl Mark {
    /// Used in the first age.
    pub(super) const FIRST: Self = Self(IS_FRESH);

    #[inline]
    pub(super) const fn word(self) -> u32 {
        self.0
    }

    #[inline]
    pub(super) const fn from_word(word: u32) -> Self {
        Self(word)
    }

    /// Whether it was used since the hand last went by.
    pub(super) const fn is_fresh(self) -> bool {
        self.0 & IS_FRESH != 0
    }

    /// The hand goes by.
    pub(super) const fn passed(self) -> Self {
        Self(self.0 & !IS_FRESH)
    }

    /// Whether, seen from `now`, a whole age has gone by without a use.
    ///
    /// Ages are counted round a circle of 2^31: whoever was held for that long looks fresh once.
    pub(super) const fn is_idle(self, now: Self) -> bool {
        let ages = (now.0 >> FLAGS).wrapping_sub(self.0 >> FLAGS);
        ages & (u32::MAX >> FLAGS) >= 2
    }

    #[cfg(all(test, not(ms_loom)))]
    pub(super) const fn later(self, ages: u32) -> Self {
        Self(self.0.wrapping_add(ages << FLAGS))
    }
}

/// Which age it is. The next begins when somebody looks at the clock and it is time.
#[derive(Debug)]
pub(super) struct Ages {
    start: Instant,
    /// What is used now bears this.
    mark: AtomicU32,
    /// The next age begins then, in nanoseconds since the start.
    turn_at: AtomicU64,
    /// Nobody looks for room before then.
    search_at: AtomicU64,
    idle: AtomicU64,
}

impl Ages {
    pub(super) fn new(now: Instant, idle: Duration) -> Self {
        let idle = nanos(idle);
        Self {
            start: now,
            mark: AtomicU32::new(Mark::FIRST.word()),
            turn_at: AtomicU64::new(idle),
            search_at: AtomicU64::new(0),
            idle: AtomicU64::new(idle),
        }
    }

    /// What is used now bears this.
    #[inline]
    pub(super) fn mark(&self) -> Mark {
        Mark::from_word(self.mark.load(Ordering::Relaxed))
    }

    /// Begins the next age, if it is time and nobody else does: what is used from now on bears
    /// this.
    pub(super) fn turn(&self, now: Instant) -> Option<Mark> {
        let now = self.since_start(now);
        let turn_at = self.turn_at.load(Ordering::Relaxed);
        if now < turn_at {
            return None;
        }
        let next = now.saturating_add(self.idle.load(Ordering::Relaxed));
        let swapped =
            self.turn_at.compare_exchange(turn_at, next, Ordering::Relaxed, Ordering::Relaxed);
        swapped.ok()?;
        let step = 1 << FLAGS;
        let before = self.mark.fetch_add(step, Ordering::Relaxed);
        Some(Mark::from_word(before.wrapping_add(step)))
    }

    /// Whether it is worth looking for somebody who may go.
    pub(super) fn may_search(&self, now: Instant) -> bool {
        self.since_start(now) >= self.search_at.load(Ordering::Relaxed)
    }

    /// Nobody among so many `keys` may go.
    pub(super) fn rest(&self, now: Instant, keys: usize) {
        let keys = u32::try_from(keys).unwrap_or(u32::MAX);
        let again = self.since_start(now).saturating_add(nanos(PAUSE_PER_KEY.saturating_mul(keys)));
        self.search_at.store(again, Ordering::Relaxed);
    }

    pub(super) fn idle(&self) -> Duration {
        Duration::from_nanos(self.idle.load(Ordering::Relaxed))
    }

    /// From now on an age lasts for `idle`; the one that runs ends with it at the latest.
    pub(super) fn set_idle(&self, now: Instant, idle: Duration) {
        let idle = nanos(idle);
        self.idle.store(idle, Ordering::Relaxed);
        self.turn_at.fetch_min(self.since_start(now).saturating_add(idle), Ordering::Relaxed);
    }

    fn since_start(&self, now: Instant) -> u64 {
        nanos(now.saturating_duration_since(self.start))
    }
}

/// What exceeds 584 years is cut to that.
fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
