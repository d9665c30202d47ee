//! Random commands, against a model that is too simple to be wrong.

use proptest::prelude::*;

use super::super::line::{Bounds, Line};
use super::super::{Contents, Stored};

#[derive(Debug, Clone)]
enum Step {
    Reserve(usize),
    Accept(usize),
    Release(usize),
    Tried(usize, u32),
    Remove(usize),
    SetAside(usize),
    PutBack(usize),
    Wait(u32),
}

fn step() -> impl Strategy<Value = Step> {
    let which = 0_usize..12;
    prop_oneof![
        6 => (0_usize..9).prop_map(Step::Reserve),
        5 => which.clone().prop_map(Step::Accept),
        1 => which.clone().prop_map(Step::Release),
        2 => (which.clone(), 0_u32..5).prop_map(|(which, attempts)| Step::Tried(which, attempts)),
        3 => which.clone().prop_map(Step::Remove),
        2 => which.clone().prop_map(Step::SetAside),
        2 => which.prop_map(Step::PutBack),
        2 => (0_u32..100).prop_map(Step::Wait),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Reserved,
    Waits,
    Aside,
}

/// Number, bytes, attempts, state.
type Entry = (u64, usize, u32, State);

const BOUNDS: Bounds = Bounds { max_entries: 5, max_bytes: 24 };

fn known() -> Contents {
    let stored = |id, bytes, is_aside| Stored {
        id,
        entry: vec![0; bytes].into(),
        attempts: u32::from(is_aside),
        is_aside,
    };
    Contents { entries: vec![stored(3, 4, false), stored(4, 2, true)], next: 9 }
}

proptest! {
    #[test]
    fn s_11_a_line_behaves_like_a_list(steps in prop::collection::vec(step(), 0..120)) {
        let mut line: Line<u32> = Line::new(known());
        let mut model: Vec<Entry> = vec![(3, 4, 0, State::Waits), (4, 2, 1, State::Aside)];
        let (mut next, mut card) = (9, None);
        for step in steps {
            let find = |which: usize, state| {
                let found = model.iter().position(|entry| entry.3 == state);
                let fits = |index: &usize| model[*index].3 == state;
                (0..model.len()).cycle().skip(which).take(model.len()).find(fits).or(found)
            };
            match step {
                Step::Reserve(bytes) => {
                    let all: usize = model.iter().map(|entry| entry.1).sum();
                    let fits = model.len() < BOUNDS.max_entries && all + bytes <= BOUNDS.max_bytes;
                    prop_assert_eq!(line.reserve(bytes, BOUNDS), fits.then_some(next));
                    if fits {
                        model.push((next, bytes, 0, State::Reserved));
                        next += 1;
                    }
                }
                Step::Accept(which) => {
                    let Some(index) = find(which, State::Reserved) else { continue };
                    let (id, bytes, ..) = model[index];
                    prop_assert_eq!(line.accept(id, vec![0; bytes].into()), card.take());
                    model[index].3 = State::Waits;
                }
                Step::Release(which) => {
                    let Some(index) = find(which, State::Reserved) else { continue };
                    line.release(model.remove(index).1);
                }
                Step::Tried(which, attempts) => {
                    let Some(index) = find(which, State::Waits) else {
                        prop_assert!(!line.tried(77, attempts));
                        continue;
                    };
                    prop_assert!(line.tried(model[index].0, attempts));
                    model[index].2 = attempts;
                }
                Step::Remove(which) => {
                    let aside = find(which, State::Aside);
                    let Some(index) = find(which, State::Waits).or(aside) else { continue };
                    let (id, bytes, ..) = model.remove(index);
                    prop_assert_eq!(line.remove(id).map(|gone| gone.entry.len()), Some(bytes));
                    prop_assert!(line.remove(id).is_none());
                }
                Step::SetAside(which) => {
                    let Some(index) = find(which, State::Waits) else { continue };
                    line.set_aside(model[index].0);
                    model[index].3 = State::Aside;
                }
                Step::PutBack(which) => {
                    let Some(index) = find(which, State::Aside) else { continue };
                    prop_assert_eq!(line.put_back(model[index].0), Some(card.take()));
                    (model[index].2, model[index].3) = (0, State::Waits);
                    prop_assert_eq!(line.put_back(model[index].0), None);
                }
                Step::Wait(new) => prop_assert_eq!(line.wait(new), card.replace(new)),
            }
            let of = |state| model.iter().filter(move |entry| entry.3 == state);
            let bytes = model.iter().map(|entry| entry.1).sum::<usize>();
            let counts = (of(State::Waits).count(), of(State::Aside).count(), bytes);
            prop_assert_eq!(line.counts(), counts);
            let first = of(State::Waits).min_by_key(|entry| entry.0);
            let first = first.map(|entry| (entry.0, entry.1, entry.2));
            let found = line.first().map(|(id, entry)| (id, entry.entry.len(), entry.attempts));
            prop_assert_eq!(found, first);
            let mut aside: Vec<_> = of(State::Aside).map(|entry| (entry.0, entry.2)).collect();
            aside.sort_unstable();
            let found: Vec<_> = line.aside().map(|(id, entry)| (id, entry.attempts)).collect();
            prop_assert_eq!(found, aside);
        }
    }
}
