//! What is kept for keys, in every interleaving.

use std::hash::{BuildHasherDefault, DefaultHasher};
use std::sync::Arc;
use std::time::Duration;

use loom::thread::spawn;
use ms_core::clock::{Instant, later, now};

use super::super::keys::{Entry, Keys};
use super::{Toy, keys};

const IDLE: Duration = Duration::from_secs(10);

type Tested = Arc<Keys<u8, Toy, BuildHasherDefault<DefaultHasher>>>;

fn tested(most: u32, now: Instant) -> Tested {
    Arc::new(Keys::with(&keys(most, IDLE), now, 1, BuildHasherDefault::default()))
}

/// What is there for `key`, which is used; nothing where there is no room.
fn member(keys: &Tested, key: u8, now: Instant) -> Option<Arc<Toy>> {
    keys.find(&key).or_else(|| match keys.insert(key, now, |_| Toy::default()) {
        Entry::New(toy) | Entry::Old(toy) => Some(toy),
        Entry::NoRoom => None,
    })
}

#[test]
fn loom_two_who_come_with_one_new_key_get_one_member() {
    let now = now();
    loom::model(move || {
        let keys = tested(4, now);
        let theirs = Arc::clone(&keys);
        let other = spawn(move || member(&theirs, 1, now).unwrap());
        let mine = member(&keys, 1, now).unwrap();
        assert!(Arc::ptr_eq(&mine, &other.join().unwrap()));
        assert_eq!((keys.len(), keys.values().len()), (1, 1));
    });
}

#[test]
fn loom_two_new_keys_for_one_place_never_both_have_it() {
    let now = now();
    loom::model(move || {
        let keys = tested(1, now);
        let theirs = Arc::clone(&keys);
        let other = spawn(move || {
            let toy = member(&theirs, 2, now);
            assert!(theirs.len() <= 1);
            toy.is_some()
        });
        let mine = member(&keys, 1, now).is_some();
        let their = other.join().unwrap();
        assert!(mine || their);
        assert_eq!(keys.values().len(), keys.len());
        assert!(keys.len() <= 1);
    });
}

#[test]
fn loom_what_is_held_is_not_driven_out() {
    let now = now();
    loom::model(move || {
        let keys = tested(1, now);
        drop(member(&keys, 1, now));
        let theirs = Arc::clone(&keys);
        let other = spawn(move || drop(member(&theirs, 2, now)));
        if let Some(held) = keys.find(&1) {
            let again = keys.find(&1).unwrap();
            assert!(Arc::ptr_eq(&held, &again));
        }
        other.join().unwrap();
    });
}

#[test]
fn loom_who_is_used_as_an_age_ends_is_not_forgotten_by_that() {
    let start = now();
    loom::model(move || {
        let keys = tested(4, start);
        drop(member(&keys, 1, start));
        keys.sweep(later(start, IDLE));
        let theirs = Arc::clone(&keys);
        let other = spawn(move || theirs.sweep(later(start, 2 * IDLE)));
        let held = keys.find(&1);
        other.join().unwrap();
        if let Some(held) = held {
            assert!(Arc::ptr_eq(&held, &keys.find(&1).unwrap()));
        } else {
            assert_eq!((keys.len(), keys.evicted()), (0, (1, 0)));
        }
    });
}
