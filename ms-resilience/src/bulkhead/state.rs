//! Pure: how many calls are in flight, how many wait and how many may be in flight, in one word.

use super::config::MOST;

/// How many bits each of the three numbers has.
const BITS: u32 = 21;
const MASK: u64 = (1 << BITS) - 1;
const LIMIT: u32 = BITS;
const WAITING: u32 = 2 * BITS;

const _: () = assert!(MASK == MOST as u64, "what a configuration allows can be counted");

/// The limit is in the word as well, so that a call is admitted under the limit that stands at
/// that moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State(u64);

impl State {
    /// One call in flight, to be taken off the word.
    pub(super) const ONE: u64 = 1;

    pub(super) const fn new(limit: u32) -> Self {
        Self(0).with_limit(limit)
    }

    pub(super) const fn from_word(word: u64) -> Self {
        Self(word)
    }

    #[inline]
    pub(super) const fn word(self) -> u64 {
        self.0
    }

    #[inline]
    pub(super) const fn in_flight(self) -> u32 {
        self.part(0)
    }

    #[inline]
    pub(super) const fn limit(self) -> u32 {
        self.part(LIMIT)
    }

    #[inline]
    pub(super) const fn waiting(self) -> u32 {
        self.part(WAITING)
    }

    /// A call that comes now is admitted, unless there is no place or somebody waits.
    #[inline]
    pub(super) const fn admit(self) -> Option<Self> {
        if self.waiting() == 0 && self.has_room() { Some(Self(self.0 + Self::ONE)) } else { None }
    }

    /// A call that comes now is admitted, or waits behind those who do.
    pub(super) const fn enter(self, most: u32) -> Option<Self> {
        match self.admit() {
            None if self.has_queue(most) => Some(Self(self.0 + (1 << WAITING))),
            admitted => admitted,
        }
    }

    /// Whether a call that is not admitted may wait, where `most` may.
    #[inline]
    pub(super) const fn has_queue(self, most: u32) -> bool {
        self.waiting() < most && self.limit() > 0
    }

    /// The first who waits is admitted, if somebody waits and there is a place.
    pub(super) const fn serve(self) -> Option<Self> {
        let may = self.waiting() > 0 && self.has_room();
        if may { Some(Self(self.0 + Self::ONE - (1 << WAITING))) } else { None }
    }

    /// One who waits goes away.
    pub(super) const fn leave(self) -> Option<Self> {
        if self.waiting() > 0 { Some(Self(self.0 - (1 << WAITING))) } else { None }
    }

    pub(super) const fn with_limit(self, limit: u32) -> Self {
        Self(self.0 & !(MASK << LIMIT) | (limit as u64 & MASK) << LIMIT)
    }

    #[inline]
    const fn has_room(self) -> bool {
        self.in_flight() < self.limit()
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "a part has 21 bits")]
    const fn part(self, from: u32) -> u32 {
        (self.0 >> from & MASK) as u32
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same in three numbers.
    #[derive(Debug, Clone, Copy, PartialEq)]
    struct Model {
        in_flight: u32,
        limit: u32,
        waiting: u32,
    }

    impl From<State> for Model {
        fn from(state: State) -> Self {
            let (in_flight, limit, waiting) = (state.in_flight(), state.limit(), state.waiting());
            Self { in_flight, limit, waiting }
        }
    }

    fn number() -> impl Strategy<Value = u32> {
        prop_oneof![0_u32..4, MOST - 3..=MOST, 0..=MOST]
    }

    fn packed(Model { in_flight, limit, waiting }: Model) -> State {
        State(u64::from(in_flight) | u64::from(waiting) << WAITING).with_limit(limit)
    }

    proptest! {
        #[test]
        fn no_number_runs_over_into_another(
            in_flight in number(), limit in number(), waiting in number(), most in number(),
        ) {
            let model = Model { in_flight, limit, waiting };
            let state = packed(model);
            prop_assert_eq!(Model::from(state), model);

            let has_room = in_flight < limit;
            let model_of = |state: Option<State>| state.map(Model::from);
            let admitted = (has_room && waiting == 0)
                .then(|| Model { in_flight: in_flight + 1, ..model });
            prop_assert_eq!(model_of(state.admit()), admitted);
            let joined =
                (limit > 0 && waiting < most).then(|| Model { waiting: waiting + 1, ..model });
            prop_assert_eq!(model_of(state.enter(most)), admitted.or(joined));
            let served = (has_room && waiting > 0)
                .then(|| Model { in_flight: in_flight + 1, waiting: waiting - 1, ..model });
            prop_assert_eq!(model_of(state.serve()), served);
            let left = (waiting > 0).then(|| Model { waiting: waiting - 1, ..model });
            prop_assert_eq!(model_of(state.leave()), left);
            prop_assert_eq!(Model::from(state.with_limit(most)), Model { limit: most, ..model });
        }
    }
}
