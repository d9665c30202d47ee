//! Keys whose code panics: the call does, and nothing else happens.

use std::cell::Cell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::super::KeysConfig;
use super::doors::{MINUTE, doors};
use super::keys;

thread_local! {
    /// After so many looks at a key its code panics.
    static LEFT: Cell<u32> = const { Cell::new(u32::MAX) };
}

fn look() {
    let left = LEFT.get();
    assert!(left > 0, "as it was told");
    LEFT.set(left - 1);
}

/// A key of which there are two with each hash.
#[derive(Debug)]
struct Key(u32);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        look();
        (self.0 / 2).hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        look();
        self.0 == other.0
    }
}

impl Eq for Key {}

impl Clone for Key {
    fn clone(&self) -> Self {
        look();
        Self(self.0)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        look();
        self.0.fmt(f)
    }
}

/// Does it with code that panics after so many looks, for each number until it panics no more.
fn with_panics(mut act: impl FnMut()) -> u32 {
    let mut panics = 0;
    loop {
        LEFT.set(panics);
        let done = catch_unwind(AssertUnwindSafe(&mut act));
        LEFT.set(u32::MAX);
        if done.is_ok() {
            return panics;
        }
        panics += 1;
    }
}

#[test]
fn a_key_that_panics_harms_nobody_and_leaves_nothing_behind() {
    let (registry, users) = doors(&KeysConfig::default());
    let ann = users.member(Key(0));
    for number in 1..20 {
        let before = users.len();
        let panics = with_panics(|| drop(users.member(Key(number))));
        // Twice hashed, once shown, and compared with its twin.
        assert_eq!(panics, if number % 2 == 1 { 5 } else { 3 }, "key {number}");
        assert_eq!(users.len(), before + 1);
    }
    assert!(with_panics(|| drop(users.list())) > 0);
    assert!(Arc::ptr_eq(&ann, &users.member(Key(0))));
    assert_eq!((users.list().len(), registry.policies().len()), (20, 21));
    assert_eq!(Arc::strong_count(&ann), 2);
}

#[test]
fn a_key_that_panics_takes_no_room() {
    let (_registry, users) = doors(&keys(3, MINUTE));
    for number in 0..50 {
        with_panics(|| drop(users.member(Key(number))));
        assert!(users.len() <= 3);
        assert_eq!(users.len(), users.list().len());
    }
    let all: Vec<_> = users.list();
    assert_eq!(all.len(), 3);
}
