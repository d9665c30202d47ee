//! The table and its marks, against lists.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::ages::Mark;
use super::super::table::Table;

#[derive(Debug, Clone)]
enum Step {
    Insert(u8),
    Use(u8),
    Turn,
    GoRound(u8),
    Sweep(u8, u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => any::<u8>().prop_map(Step::Insert),
        4 => any::<u8>().prop_map(Step::Use),
        2 => Just(Step::Turn),
        4 => any::<u8>().prop_map(Step::GoRound),
        1 => (any::<u8>(), any::<u8>()).prop_map(|(held, kept)| Step::Sweep(held, kept)),
    ]
}

/// Few hashes for many keys, some at the end of the table: rows are long and go round it.
fn hash(key: u8) -> u32 {
    match key % 4 {
        0 => u32::MAX - u32::from(key % 3),
        1 => 7 << 28,
        _ => u32::from(key) << 24,
    }
}

/// One of the sets in which a key may be, or not.
const fn is_in(set: u8, key: u8) -> bool {
    (key ^ set).count_ones() > 3
}

/// Keys with their marks and numbers.
#[derive(Default)]
struct Model {
    marks: BTreeMap<u8, (Mark, u32)>,
    born: u32,
}

impl Model {
    fn same_as(&self, table: &Table<u8, u8>) {
        let entries: BTreeMap<_, _> =
            table.iter().map(|(birth, slot)| (slot.key, (slot.value, birth))).collect();
        let expected = self.marks.iter().map(|(key, (_, birth))| (*key, (!key, *birth)));
        assert_eq!(entries, expected.collect());
        assert_eq!(table.iter().count(), self.marks.len());
        for key in 0..=u8::MAX {
            let found = table.find(hash(key), &key).map(|slot| slot.key);
            assert_eq!(found, self.marks.contains_key(&key).then_some(key));
        }
    }
}

proptest! {
    #[test]
    fn a_table_behaves_like_a_list(steps in prop::collection::vec(step(), 0..200)) {
        let mut table: Table<u8, u8> = Table::new();
        let mut model = Model::default();
        let mut now = Mark::FIRST;
        for step in steps {
            match step {
                Step::Insert(key) if !model.marks.contains_key(&key) => {
                    table.insert(hash(key), key, !key, now, model.born);
                    model.marks.insert(key, (now, model.born));
                    model.born += 1;
                }
                Step::Insert(key) | Step::Use(key) => {
                    let found = table.find(hash(key), &key);
                    found.iter().for_each(|slot| slot.touch(now));
                    model.marks.entry(key).and_modify(|(mark, _)| *mark = now);
                }
                Step::Turn => now = now.later(1),
                Step::GoRound(set) => {
                    let gone = table.go_round(|value| is_in(set, !value));
                    match gone {
                        Some(slot) => {
                            prop_assert!(is_in(set, slot.key));
                            prop_assert!(model.marks.remove(&slot.key).is_some());
                        }
                        // It came to the end, and so it does once more to find them all used.
                        None if table.go_round(|value| is_in(set, !value)).is_none()
                            && table.go_round(|value| is_in(set, !value)).is_none() =>
                        {
                            prop_assert!(!model.marks.keys().any(|key| is_in(set, *key)));
                        }
                        None => model.marks.retain(|key, _| table.find(hash(*key), key).is_some()),
                    }
                }
                Step::Sweep(held, kept) => {
                    let is_held = |value: &u8| is_in(held, !value);
                    let gone = table.sweep(now, is_held, |value| !is_in(kept, !value));
                    let mut gone: Vec<_> = gone.into_iter().map(|slot| slot.key).collect();
                    gone.sort_unstable();
                    let goes = |(key, (mark, _)): (&u8, &(Mark, u32))| {
                        let goes = mark.is_idle(now) && !is_in(held, *key) && !is_in(kept, *key);
                        goes.then_some(*key)
                    };
                    let expected: Vec<_> = model.marks.iter().filter_map(goes).collect();
                    prop_assert_eq!(&gone, &expected);
                    model.marks.retain(|key, _| !gone.contains(key));
                    let used = model.marks.iter_mut().filter(|(key, _)| is_in(held, **key));
                    used.for_each(|(_, (mark, _))| *mark = now);
                }
            }
            model.same_as(&table);
        }
    }

    #[test]
    fn the_hand_spares_whoever_was_used_since_it_went_by(
        keys in prop::collection::btree_set(any::<u8>(), 2..60),
        used in any::<u8>(),
    ) {
        let mut table: Table<u8, u8> = Table::new();
        for &key in &keys {
            table.insert(hash(key), key, !key, Mark::FIRST, 0);
        }
        prop_assert!(table.go_round(|_| true).is_none()); // all are new
        for key in keys.iter().filter(|key| is_in(used, **key)) {
            table.find(hash(*key), key).unwrap().touch(Mark::FIRST);
        }
        let unused = keys.iter().filter(|key| !is_in(used, **key)).count();
        for _ in 0..unused {
            prop_assert!(!is_in(used, table.go_round(|_| true).unwrap().key));
        }
        prop_assert!(table.go_round(|_| true).is_none());
    }

    #[test]
    fn a_mark_is_idle_after_two_turns_wherever_on_the_circle(from: u32, ages in 0_u32..1000) {
        let (used, now) = (Mark::from_word(from | 1), Mark::from_word(from | 1).later(ages));
        prop_assert_eq!(used.is_idle(now), ages >= 2);
        prop_assert_eq!(used.passed().is_idle(now), ages >= 2);
        prop_assert!(used.is_fresh() && !used.passed().is_fresh());
    }
}
