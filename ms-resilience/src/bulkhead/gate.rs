//! Who is in and who waits, shared by threads. No call that is admitted at once takes a lock.

use std::task::Waker;

use ms_core::registry::Histogram;
use ms_core::sync::{AtomicBool, AtomicU32, AtomicU64, Mutex, MutexGuard, Ordering, lock};

use super::queue::{Left, Place, Queue};
use super::state::State;

/// Counts calls in one word, and queues those that have to wait.
///
/// While somebody waits, whoever comes joins behind. A call that ends takes itself off the word
/// and then serves the queue; until it has done so nobody else can take its place.
#[derive(Debug)]
pub(super) struct Gate {
    word: AtomicU64,
    /// Changed only while the line is locked.
    max_queue: AtomicU32,
    /// Whether somebody gave it limits that its family does not have.
    is_special: AtomicBool,
    /// Built by the first who waits. As many wait in it as the word says, while it is locked.
    line: Mutex<Option<Box<Line>>>,
}

#[derive(Debug, Default)]
struct Line {
    queue: Queue<Waker>,
    waits: Waits,
}

/// How waits ended.
#[derive(Debug, Default)]
pub(super) struct Waits {
    pub(super) spread: Histogram,
    pub(super) given_up: u64,
    pub(super) cancelled: u64,
}

/// What becomes of a call that comes.
#[derive(Debug)]
pub(super) enum Joined {
    Admitted,
    Waits(Place),
    Refused(State),
}

impl Gate {
    pub(super) fn new(limit: u32, max_queue: u32) -> Self {
        let word = AtomicU64::new(State::new(limit).word());
        let max_queue = AtomicU32::new(max_queue);
        Self { word, max_queue, is_special: AtomicBool::new(false), line: Mutex::new(None) }
    }

    /// A call that comes is admitted at once, or this is why not.
    #[inline]
    pub(super) fn admit(&self) -> Result<(), State> {
        self.change(State::admit).map(drop)
    }

    /// A call that comes is admitted, or waits, or is refused.
    pub(super) fn join(&self) -> Joined {
        let mut line = self.lock();
        let most = self.max_queue();
        match self.change(|state| state.enter(most)) {
            Ok(before) if before.admit().is_some() => Joined::Admitted,
            Ok(_) => Joined::Waits(line.get_or_insert_default().queue.join()),
            Err(state) => Joined::Refused(state),
        }
    }

    /// A call in flight has ended: its place goes to the first who waits.
    #[inline]
    pub(super) fn release(&self) {
        let before = self.word.fetch_sub(State::ONE, Ordering::Release);
        if State::from_word(before).waiting() > 0 {
            self.serve();
        }
    }

    /// Whether the one at `place` was admitted, which `told` hears; else `waker` is woken then.
    pub(super) fn poll(
        &self,
        place: Place,
        waker: &Waker,
        told: impl FnOnce(&mut Waits),
    ) -> Result<(), Place> {
        // A waker is foreign code, which may come back here: none is cloned, dropped or woken
        // while the line is locked.
        let card = waker.clone();
        let mut guard = self.lock();
        let line = guard.get_or_insert_default();
        if line.queue.is_called(&place) {
            line.queue.leave(place);
            told(&mut line.waits);
            drop(guard);
            return Ok(());
        }
        let old = line.queue.keep(&place, card);
        drop(guard);
        drop(old);
        Err(place)
    }

    /// The one at `place` goes away. True if it had been admitted: then it still is.
    pub(super) fn leave(&self, place: Place, told: impl FnOnce(&mut Waits, bool)) -> bool {
        let mut guard = self.lock();
        let line = guard.get_or_insert_default();
        let left = line.queue.leave(place);
        let is_admitted = matches!(left, Left::Called);
        if !is_admitted {
            let _ = self.change(State::leave);
        }
        told(&mut line.waits, is_admitted);
        drop(guard);
        drop(left);
        is_admitted
    }

    /// New limits: who is in flight stays so. Who waits is to be [served](Self::serve) then.
    pub(super) fn reconfigure(
        &self,
        limit: u32,
        max_queue: Option<u32>,
        is_special: bool,
    ) -> State {
        let line = self.lock();
        if let Some(max_queue) = max_queue {
            self.max_queue.store(max_queue, Ordering::Relaxed);
        }
        self.is_special.store(is_special, Ordering::Relaxed);
        let before = self.change(|state| Some(state.with_limit(limit)));
        drop(line);
        before.unwrap_or_else(|state| state)
    }

    pub(super) fn is_special(&self) -> bool {
        self.is_special.load(Ordering::Relaxed)
    }

    #[inline]
    pub(super) fn state(&self) -> State {
        State::from_word(self.word.load(Ordering::Relaxed))
    }

    pub(super) fn max_queue(&self) -> u32 {
        self.max_queue.load(Ordering::Relaxed)
    }

    /// How waits ended so far.
    pub(super) fn read<T>(&self, look: impl FnOnce(&Waits) -> T) -> T {
        match &*self.lock() {
            Some(line) => look(&line.waits),
            None => look(&Waits::default()),
        }
    }

    /// Admits those who wait, in their order, as long as there is a place.
    #[cold]
    #[inline(never)]
    pub(super) fn serve(&self) {
        while self.state().serve().is_some() {
            if let Some(waker) = self.call() {
                waker.wake();
            }
        }
    }

    /// Admits the first who waits. Nobody is to be woken who was not polled yet.
    fn call(&self) -> Option<Waker> {
        let mut line = self.lock();
        self.change(State::serve).ok()?;
        line.as_mut()?.queue.call()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Box<Line>>> {
        lock(&self.line)
    }

    /// Changes the state, if `next` says to what; what it was, in either case.
    ///
    /// What ended calls have written is seen by those who are admitted after them.
    #[inline]
    fn change(&self, next: impl Fn(State) -> Option<State>) -> Result<State, State> {
        let next = |word| next(State::from_word(word)).map(State::word);
        let changed = self.word.fetch_update(Ordering::Acquire, Ordering::Relaxed, next);
        changed.map(State::from_word).map_err(State::from_word)
    }
}
