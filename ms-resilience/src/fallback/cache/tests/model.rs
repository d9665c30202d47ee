//! Random commands, against models that are too simple to be wrong.

use std::collections::BTreeMap;
use std::sync::Arc;

use ms_core::clock::{Instant, now};
use proptest::prelude::*;

use super::super::flights::{Asked, Flights, Joined, Told};
use super::super::key::Hashed;
use super::super::shelf::{Bounds, Found, Shelf};
use super::ms;

/// Keys of which some have one hash.
fn key(key: u8) -> Hashed<u8> {
    Hashed::new(key, u64::from(key % 3))
}

#[derive(Debug, Clone)]
enum Step {
    /// Puts in what weighs so much and came so long ago.
    Put(u8, u64, u64),
    Get(u8),
    Advance(u64),
    Bounds(usize, u64, u64),
    Clear,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0_u8..8, 0_u64..12, 0_u64..6).prop_map(|(k, weight, ago)| Step::Put(k, weight, ago)),
        6 => (0_u8..8).prop_map(Step::Get),
        3 => (1_u64..6).prop_map(Step::Advance),
        1 => (1_usize..6, 1_u64..30, 1_u64..20).prop_map(|(n, w, age)| Step::Bounds(n, w, age)),
        1 => Just(Step::Clear),
    ]
}

/// One answer of the model: key, value, when it came, what it weighs.
type Kept = (u8, u64, Instant, u64);

fn trim(kept: &mut Vec<Kept>, now: Instant, bounds: Bounds) {
    kept.retain(|(_, _, at, _)| now - *at <= bounds.max_age);
    let too_much = |kept: &[Kept]| {
        let weight: u64 = kept.iter().map(|(_, _, _, weight)| weight).sum();
        kept.len() > bounds.max_entries || weight > bounds.max_weight
    };
    while too_much(kept) {
        let oldest = kept.iter().enumerate().min_by_key(|(index, (_, _, at, _))| (*at, *index));
        kept.remove(oldest.unwrap().0);
    }
}

proptest! {
    #[test]
    fn s_17_a_shelf_behaves_like_a_list(steps in prop::collection::vec(step(), 0..100)) {
        let (mut shelf, mut kept): (Shelf<u8, u64>, Vec<Kept>) = (Shelf::default(), Vec::new());
        let mut bounds = Bounds { max_entries: 4, max_weight: 20, max_age: ms(10) };
        let (mut time, mut value) = (now() + ms(1000), 0);
        for step in steps {
            match step {
                Step::Put(name, weight, ago) => {
                    let at = time - ms(ago);
                    value += 1;
                    let found = Found { kept: Arc::new(value), at };
                    drop(shelf.put(key(name), found, weight, time, bounds));
                    let is_late = kept.iter().any(|(have, _, old, _)| *have == name && *old > at);
                    if !is_late && weight <= bounds.max_weight {
                        kept.retain(|(have, ..)| *have != name);
                        kept.push((name, value, at, weight));
                        trim(&mut kept, time, bounds);
                    }
                }
                Step::Get(name) => {
                    let found = shelf.get(&key(name), time, bounds.max_age);
                    let young = |(have, _, at, _): &&Kept| {
                        *have == name && time - *at <= bounds.max_age
                    };
                    let expected = kept.iter().find(young).map(|(_, value, at, _)| (*value, *at));
                    prop_assert_eq!(found.map(|found| (*found.kept, found.at)), expected);
                }
                Step::Advance(millis) => time += ms(millis),
                Step::Bounds(max_entries, max_weight, age) => {
                    bounds = Bounds { max_entries, max_weight, max_age: ms(age) };
                    drop(shelf.trim(time, bounds));
                    trim(&mut kept, time, bounds);
                }
                Step::Clear => {
                    drop(shelf.clear());
                    kept.clear();
                }
            }
            let weight: u64 = kept.iter().map(|(_, _, _, weight)| weight).sum();
            prop_assert_eq!((shelf.len(), shelf.weight()), (kept.len(), weight));
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Move {
    Join(u8),
    /// The one of this number asks, leaves, or, if it leads, ends in one of three ways.
    Ask(usize),
    Leave(usize),
    HandOver(usize),
    Answer(usize),
    Alone(usize),
}

fn r#move() -> impl Strategy<Value = Move> {
    let who = 0_usize..10;
    prop_oneof![
        6 => (0_u8..3).prop_map(Move::Join),
        5 => who.clone().prop_map(Move::Ask),
        3 => who.clone().prop_map(Move::Leave),
        3 => who.clone().prop_map(Move::HandOver),
        2 => who.clone().prop_map(Move::Answer),
        1 => who.prop_map(Move::Alone),
    ]
}

/// What one call is, in the model.
#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Leads,
    Waits,
    /// It was told something that it did not hear yet.
    Told(Word),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Word {
    Lead,
    Answer(usize),
    Alone,
}

const fn word(told: &Told<usize>) -> Word {
    match told {
        Told::Lead => Word::Lead,
        Told::Answer(by) | Told::Older(by, _) => Word::Answer(*by),
        Told::Alone => Word::Alone,
    }
}

const MOST: usize = 4;

/// One call: number, key, seat, state.
type Known = (usize, u8, Option<u64>, State);

/// The calls in the order in which they came.
#[derive(Debug, Default)]
struct Model(Vec<Known>);

impl Model {
    fn find(&self, which: usize) -> Option<usize> {
        (!self.0.is_empty()).then(|| which % self.0.len())
    }

    fn waiting(&self) -> usize {
        self.0.iter().filter(|(.., state)| *state == State::Waits).count()
    }

    fn is_led(&self, key: u8) -> bool {
        let leads = |state| matches!(state, State::Leads | State::Told(Word::Lead));
        self.0.iter().any(|&(_, name, _, state)| name == key && leads(state))
    }

    /// The one at `index` leads no more: the first who waits does.
    fn hand_over(&mut self, index: usize) {
        let (_, key, ..) = self.0.remove(index);
        let next =
            |call: &&mut (usize, u8, Option<u64>, State)| call.1 == key && call.3 == State::Waits;
        if let Some(call) = self.0.iter_mut().find(next) {
            call.3 = State::Told(Word::Lead);
        }
    }

    fn end(&mut self, index: usize, word: Word) {
        let (_, key, ..) = self.0.remove(index);
        for call in self.0.iter_mut().filter(|call| call.1 == key && call.3 == State::Waits) {
            call.3 = State::Told(word);
        }
    }
}

proptest! {
    #[test]
    fn s_fb_2_at_most_one_call_for_each_key_leads_and_nobody_is_forgotten(
        moves in prop::collection::vec(r#move(), 0..150),
    ) {
        let mut flights: Flights<u8, usize, usize> = Flights::default();
        let mut model = Model::default();
        for (number, step) in moves.into_iter().enumerate() {
            match step {
                Move::Join(name) => {
                    let joined = flights.join(&key(name), MOST);
                    let (led, full) = (model.is_led(name), model.waiting() >= MOST);
                    match joined {
                        Joined::Leads => {
                            prop_assert!(!led);
                            model.0.push((number, name, None, State::Leads));
                        }
                        Joined::Follows(seat) => {
                            prop_assert!(led && !full);
                            model.0.push((number, name, Some(seat), State::Waits));
                        }
                        Joined::Alone => prop_assert!(led && full),
                    }
                }
                Move::Ask(which) => {
                    let Some(index) = model.find(which) else { continue };
                    let (_, name, Some(seat), state) = model.0[index] else { continue };
                    match flights.ask(&key(name), seat, number) {
                        Asked::Told(told, _) => {
                            prop_assert_eq!(state, State::Told(word(&told)));
                            match word(&told) {
                                Word::Lead => {
                                    (model.0[index].2, model.0[index].3) = (None, State::Leads);
                                }
                                _ => drop(model.0.remove(index)),
                            }
                        }
                        Asked::Waits(_) => prop_assert_eq!(state, State::Waits),
                    }
                }
                Move::Leave(which) => {
                    let Some(index) = model.find(which) else { continue };
                    let (_, name, Some(seat), state) = model.0[index] else { continue };
                    let (_, told) = flights.leave(&key(name), seat);
                    match told.as_ref().map(word) {
                        Some(Word::Lead) => {
                            prop_assert_eq!(state, State::Told(Word::Lead));
                            flights.hand_over(&key(name));
                            model.hand_over(index);
                        }
                        told => {
                            let expected = told.map_or(State::Waits, State::Told);
                            prop_assert_eq!(state, expected);
                            model.0.remove(index);
                        }
                    }
                }
                Move::HandOver(which) | Move::Answer(which) | Move::Alone(which) => {
                    let Some(index) = model.find(which) else { continue };
                    let (_, name, _, State::Leads) = model.0[index] else { continue };
                    match step {
                        Move::Answer(_) => {
                            flights.end(&key(name), &Told::Answer(number));
                            model.end(index, Word::Answer(number));
                        }
                        Move::Alone(_) => {
                            flights.end(&key(name), &Told::Alone);
                            model.end(index, Word::Alone);
                        }
                        _ => {
                            flights.hand_over(&key(name));
                            model.hand_over(index);
                        }
                    }
                }
            }
            prop_assert_eq!(flights.waiting(), model.waiting());
            let mut led: BTreeMap<u8, usize> = BTreeMap::new();
            let mut told = 0;
            for (_, name, _, state) in &model.0 {
                let leads = matches!(state, State::Leads | State::Told(Word::Lead));
                *led.entry(*name).or_default() += usize::from(leads);
                told += usize::from(matches!(state, State::Told(_)));
            }
            prop_assert!(led.values().all(|count| *count <= 1));
            prop_assert_eq!(flights.left(), (led.values().sum::<usize>(), told));
        }
    }
}
