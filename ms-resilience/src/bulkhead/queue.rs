//! Pure: who waits, and in which order.

/// The index of nobody.
const NOBODY: u32 = u32::MAX;

/// How many slots an empty queue keeps for the next who wait.
const KEPT: usize = 64;

/// Calls that wait, first come first served.
///
/// Slots by index, linked: whoever goes away from the middle is gone at once, and the slot serves
/// the next. `T` is what one who waits leaves behind, to be called by.
#[derive(Debug)]
pub(super) struct Queue<T> {
    slots: Vec<Slot<T>>,
    first: u32,
    last: u32,
    free: u32,
    taken: u32,
}

#[derive(Debug)]
enum Slot<T> {
    Free { next: u32 },
    Waiting { card: Option<T>, before: u32, behind: u32 },
    Called,
}

/// The place of one who waits, until it [leaves](Queue::leave): nobody else has it, so it needs no
/// generation.
#[derive(Debug)]
pub(super) struct Place(u32);

/// How somebody left.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Left<T> {
    /// It waited; here is its card.
    Waiting(Option<T>),
    /// It had been called.
    Called,
}

impl<T> Queue<T> {
    /// Somebody joins, behind all others.
    pub(super) fn join(&mut self) -> Place {
        let index = self.vacate();
        self.slots[index as usize] =
            Slot::Waiting { card: None, before: self.last, behind: NOBODY };
        self.link(self.last, index);
        self.last = index;
        self.taken += 1;
        Place(index)
    }

    /// Who waits at `place` is called by `card` from now on; the one that it left before comes
    /// back, or its own if it was called already.
    pub(super) fn keep(&mut self, place: &Place, card: T) -> Option<T> {
        match &mut self.slots[place.0 as usize] {
            Slot::Waiting { card: kept, .. } => kept.replace(card),
            Slot::Free { .. } | Slot::Called => Some(card),
        }
    }

    /// Calls the first. It keeps its slot until it leaves, but waits no more.
    pub(super) fn call(&mut self) -> Option<T> {
        let first = self.first;
        match self.unlink(first, Slot::Called) {
            Left::Waiting(card) => card,
            Left::Called => None,
        }
    }

    /// Whether the one at `place` was called.
    pub(super) fn is_called(&self, place: &Place) -> bool {
        matches!(self.slots[place.0 as usize], Slot::Called)
    }

    /// Somebody leaves, called or not.
    #[allow(clippy::needless_pass_by_value, reason = "who leaves gives its place back")]
    pub(super) fn leave(&mut self, place: Place) -> Left<T> {
        let Place(index) = place;
        let left = self.unlink(index, Slot::Free { next: self.free });
        self.free = index;
        self.taken -= 1;
        if self.taken == 0 {
            self.slots.clear();
            self.slots.shrink_to(KEPT);
            self.free = NOBODY;
        }
        left
    }

    /// Puts `next` where somebody waits, or was called, at `index`, and joins its neighbours.
    fn unlink(&mut self, index: u32, next: Slot<T>) -> Left<T> {
        let Some(slot) = self.slots.get_mut(index as usize) else { return Left::Called };
        let Slot::Waiting { card, before, behind } = std::mem::replace(slot, next) else {
            return Left::Called;
        };
        self.link(before, behind);
        match self.slots.get_mut(behind as usize) {
            Some(Slot::Waiting { before: link, .. }) => *link = before,
            _ => self.last = before,
        }
        Left::Waiting(card)
    }

    /// Whoever is at `index` has `behind` behind it; behind nobody is the first.
    fn link(&mut self, index: u32, behind: u32) {
        match self.slots.get_mut(index as usize) {
            Some(Slot::Waiting { behind: link, .. }) => *link = behind,
            _ => self.first = behind,
        }
    }

    /// A slot that nobody has.
    #[allow(clippy::cast_possible_truncation, reason = "a configuration allows 2^21 slots")]
    fn vacate(&mut self) -> u32 {
        match self.slots.get(self.free as usize) {
            Some(Slot::Free { next }) => std::mem::replace(&mut self.free, *next),
            _ => {
                self.slots.push(Slot::Called);
                (self.slots.len() - 1) as u32
            }
        }
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { slots: Vec::new(), first: NOBODY, last: NOBODY, free: NOBODY, taken: 0 }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::task::Waker;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_call_that_waits_costs_at_most_48_bytes() {
        const { assert!(size_of::<Slot<Waker>>() <= 48) }
    }

    #[test]
    fn s_11_slots_are_used_again_while_others_wait() {
        let mut queue: Queue<()> = Queue::default();
        let _stays = queue.join();
        for _ in 0..100 {
            let (one, other) = (queue.join(), queue.join());
            queue.leave(one);
            queue.leave(other);
        }
        assert_eq!(queue.slots.len(), 3);
    }

    #[test]
    fn s_11_an_empty_queue_keeps_few_slots() {
        let mut queue: Queue<()> = Queue::default();
        for _ in 0..3 {
            let places: Vec<_> = (0..1000).map(|_| queue.join()).collect();
            assert_eq!(queue.slots.len(), 1000);
            for place in places {
                assert_eq!(queue.leave(place), Left::Waiting(None));
            }
            assert!(queue.slots.capacity() <= KEPT);
        }
    }

    #[derive(Debug, Clone)]
    enum Step {
        Join,
        Keep(usize),
        Call,
        Leave(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => Just(Step::Join),
            2 => (0_usize..8).prop_map(Step::Keep),
            2 => Just(Step::Call),
            2 => (0_usize..8).prop_map(Step::Leave),
        ]
    }

    /// One who is in the queue: its number, its place, its card and whether it was called.
    struct Guest {
        number: u32,
        place: Place,
        card: Option<u32>,
        called: bool,
    }

    proptest! {
        #[test]
        fn s_bh_3_a_queue_behaves_like_a_list(steps in prop::collection::vec(step(), 0..200)) {
            let mut queue = Queue::default();
            let mut guests: Vec<Guest> = Vec::new();
            let mut order: VecDeque<u32> = VecDeque::new();
            for (step, number) in steps.into_iter().zip(0_u32..) {
                match step {
                    Step::Join => {
                        let place = queue.join();
                        order.push_back(number);
                        guests.push(Guest { number, place, card: None, called: false });
                    }
                    Step::Keep(which) if which < guests.len() => {
                        let guest = &mut guests[which];
                        let back = queue.keep(&guest.place, number);
                        let expected =
                            if guest.called { Some(number) } else { guest.card.replace(number) };
                        prop_assert_eq!(back, expected);
                    }
                    Step::Call => {
                        let card = queue.call();
                        let first = order.pop_front();
                        let guest = guests.iter_mut().find(|guest| Some(guest.number) == first);
                        prop_assert_eq!(card, guest.and_then(|guest| {
                            guest.called = true;
                            guest.card
                        }));
                    }
                    Step::Leave(which) if which < guests.len() => {
                        let guest = guests.remove(which);
                        order.retain(|&number| number != guest.number);
                        let left = queue.leave(guest.place);
                        let expected =
                            if guest.called { Left::Called } else { Left::Waiting(guest.card) };
                        prop_assert_eq!(left, expected);
                    }
                    Step::Keep(_) | Step::Leave(_) => {}
                }
                for guest in &guests {
                    prop_assert_eq!(queue.is_called(&guest.place), guest.called);
                }
                prop_assert_eq!(queue.taken as usize, guests.len());
            }
        }
    }
}
