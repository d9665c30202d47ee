//! Pure: the calls of the last while, and how many attempts more they allow.

use ms_core::sync::{AtomicU64, Mutex, Ordering, lock};

use super::tokens::ONE;

/// Into how many buckets the window is cut.
pub(super) const BUCKETS: u64 = 10;

const COUNT_BITS: u32 = 28;
const COUNT: u64 = (1 << COUNT_BITS) - 1;
const TICKS: u64 = (1 << (64 - COUNT_BITS)) - 1;

/// Calls, and the attempts beyond the first that were drawn, each in the tick in which it was.
///
/// Every call counts itself, with one atomic. Who draws takes a lock, so that the share is exact
/// also where many draw at a time.
#[derive(Debug, Default)]
pub(super) struct Window {
    calls: [AtomicU64; 10],
    drawn: Mutex<[Drawn; 10]>,
}

/// How many were drawn in one tick.
#[derive(Debug, Clone, Copy, Default)]
struct Drawn {
    tick: u64,
    count: u64,
}

/// How many attempts beyond the first the window allows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowance {
    /// For each call, in units.
    pub(super) share: u64,
    /// On top, in units.
    pub(super) reserve: u64,
}

/// What the window says at one moment, in units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Balance {
    /// How many it allows.
    pub(super) limit: u64,
    /// How many of them are left.
    pub(super) left: u64,
}

impl Allowance {
    fn balance(self, calls: u64, drawn: u64) -> Balance {
        let limit = calls.saturating_mul(self.share).saturating_add(self.reserve);
        let left = limit.saturating_sub(drawn.saturating_mul(u64::from(ONE)));
        Balance { limit, left }
    }
}

impl Window {
    /// One more call in `tick`.
    pub(super) fn see(&self, tick: u64) {
        let stamp = tick & TICKS;
        let count = |word: u64| match word >> COUNT_BITS {
            now if now == stamp => (word & COUNT < COUNT).then_some(word + 1),
            // Somebody else is ahead, and has used the bucket for a later tick.
            now if now > stamp => None,
            _ => Some(stamp << COUNT_BITS | 1),
        };
        let _ = self.bucket(tick).fetch_update(Ordering::Relaxed, Ordering::Relaxed, count);
    }

    /// One more attempt in `tick`, if it is allowed.
    pub(super) fn draw(&self, tick: u64, allowance: Allowance) -> bool {
        let mut drawn = lock(&self.drawn);
        let balance = allowance.balance(self.calls(tick), inside(&drawn, tick));
        let bucket = &mut drawn[index(tick)];
        // Whoever slept through a whole window before it came here has missed its turn.
        if balance.left < u64::from(ONE) || bucket.tick > tick {
            return false;
        }
        let count = if bucket.tick == tick { bucket.count + 1 } else { 1 };
        *bucket = Drawn { tick, count };
        true
    }

    /// An attempt that was drawn in `tick` was not made.
    pub(super) fn give_back(&self, tick: u64) {
        let bucket = &mut lock(&self.drawn)[index(tick)];
        if bucket.tick == tick {
            bucket.count = bucket.count.saturating_sub(1);
        }
    }

    pub(super) fn read(&self, tick: u64, allowance: Allowance) -> Balance {
        let drawn = inside(&lock(&self.drawn), tick);
        allowance.balance(self.calls(tick), drawn)
    }

    /// Forgets all.
    pub(super) fn clear(&self) {
        *lock(&self.drawn) = Default::default();
        self.calls.iter().for_each(|calls| calls.store(0, Ordering::Relaxed));
    }

    fn calls(&self, tick: u64) -> u64 {
        let of = |tick: u64| {
            let word = self.bucket(tick).load(Ordering::Relaxed);
            if word >> COUNT_BITS == tick & TICKS { word & COUNT } else { 0 }
        };
        ticks(tick).map(of).sum()
    }

    fn bucket(&self, tick: u64) -> &AtomicU64 {
        &self.calls[index(tick)]
    }
}

/// Those of the window that ends with `tick`.
fn ticks(tick: u64) -> impl Iterator<Item = u64> {
    tick.saturating_sub(BUCKETS - 1)..=tick
}

fn inside(drawn: &[Drawn; 10], tick: u64) -> u64 {
    let of = |tick| {
        let Drawn { tick: its, count } = drawn[index(tick)];
        if its == tick { count } else { 0 }
    };
    ticks(tick).map(of).sum()
}

fn index(tick: u64) -> usize {
    #[allow(clippy::cast_possible_truncation, reason = "below ten")]
    let index = (tick % BUCKETS) as usize;
    index
}
