//! Many threads at once: one member for a key in use, never more keys than may be.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use super::super::{KeysConfig, Stay};
use super::doors::{Door, doors};
use super::keys;

const THREADS: usize = 8;
const ROUNDS: u64 = 3000;

#[test]
fn s_17_however_many_come_at_once_with_a_new_key_it_has_one_member() {
    let (_registry, users) = doors(&KeysConfig::default());
    let barrier = Barrier::new(THREADS);
    let get = |key| {
        barrier.wait();
        users.member(key)
    };
    for key in 0..200 {
        let members: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| get(key))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(members.iter().all(|member| Arc::ptr_eq(member, &members[0])));
    }
    assert_eq!((users.len(), users.list().len()), (200, 200));
}

/// Who is in which member, by key.
type Inside = Vec<Mutex<(usize, Option<Arc<Door>>)>>;

/// A visit to the member for `key`: all who are there at once must be in the same one.
fn visit(inside: &Inside, key: usize, member: &Arc<Door>, stays: bool) {
    let mut here = inside[key].lock().unwrap();
    here.0 += 1;
    let first = here.1.get_or_insert_with(|| Arc::clone(member));
    assert!(Arc::ptr_eq(first, member), "a key has two members");
    drop(here);
    if stays {
        thread::yield_now();
    }
    let mut here = inside[key].lock().unwrap();
    here.0 -= 1;
    if here.0 == 0 {
        here.1 = None;
    }
}

#[test]
fn s_17_a_key_in_use_has_one_member_and_the_bound_holds_at_every_moment() {
    const MOST: usize = 20;
    let (registry, users) = doors::<usize>(&keys(20, Duration::from_millis(1)));
    let inside: Inside = (0..3 * MOST).map(|_| Mutex::default()).collect();
    let is_over = AtomicBool::new(false);
    let run = |seed: u64| {
        let mut dice = seed;
        for round in 0..ROUNDS {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(seed | 1);
            let key = (dice >> 33) as usize % (3 * MOST);
            let member = users.member(key);
            let name = member.voice.name();
            if name.ends_with("(other)") {
                continue;
            }
            assert_eq!(name.as_str(), format!("users/{key}"));
            member.toy.set(if dice.is_multiple_of(7) { Stay::WhileUsed } else { Stay::WhileRoom });
            visit(&inside, key, &member, round % 8 == 0);
        }
    };
    thread::scope(|scope| {
        let watch = scope.spawn(|| {
            while !is_over.load(Ordering::SeqCst) {
                assert!(users.len() <= MOST && users.list().len() <= MOST);
                assert!(registry.policies().len() <= MOST + 2);
            }
        });
        let threads: Vec<_> = (0..8).map(|seed| scope.spawn(move || run(seed))).collect();
        let done: Vec<_> = threads.into_iter().map(thread::ScopedJoinHandle::join).collect();
        is_over.store(true, Ordering::SeqCst);
        watch.join().unwrap();
        done.into_iter().for_each(|done| done.unwrap());
    });
    // To list them forgets the idle.
    let listed = users.list().len();
    assert_eq!(users.len(), listed);
}

#[test]
fn s_16_whoever_is_made_while_settings_change_has_the_latest() {
    let (_registry, users) = doors(&KeysConfig::default());
    thread::scope(|scope| {
        let _makers: Vec<_> = (0..4_u64)
            .map(|maker| {
                let users = Arc::clone(&users);
                scope.spawn(move || (0..100).for_each(|key| drop(users.member(maker * 100 + key))))
            })
            .collect();
        for teller in 1..=2 {
            let users = Arc::clone(&users);
            scope.spawn(move || {
                (1..=100).for_each(|size| users.reconfigure(&(size * teller)).unwrap());
            });
        }
    });
    let size = users.config();
    assert!(users.list().iter().all(|(_, member)| member.size() == size));
    assert_eq!(users.len(), 400);
}
