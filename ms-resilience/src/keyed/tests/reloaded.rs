//! Settings that change while a family lives.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use ms_core::registry::{Command, CommandError};

use super::super::{Family, KeysConfig};
use super::doors::{Door, MINUTE, doors, names};
use super::keys;

#[tokio::test(start_paused = true)]
async fn s_16_new_settings_are_for_all_members_and_for_those_to_come() {
    let (_registry, users) = doors(&keys(2, MINUTE));
    let members = [users.member("a"), users.member("b"), users.member("shared")];
    users.reconfigure(&7).unwrap();
    assert!(members.iter().all(|member| member.size() == 7));
    // Each was told once that it may wake who waits.
    assert_eq!(
        members.each_ref().map(|member| member.told.load(std::sync::atomic::Ordering::SeqCst)),
        [1, 1, 2]
    );
    drop(members);
    users.reconfigure_keys(&keys(3, MINUTE)).unwrap();
    assert_eq!(users.member("c").size(), 7);
}

thread_local! {
    static SHOWN: Cell<Option<fn()>> = const { Cell::new(None) };
    static USERS: Cell<Option<Arc<Family<Shown, Door>>>> = const { Cell::new(None) };
}

/// A key that does something when it is shown: when its member is being made.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Shown;

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SHOWN.take().into_iter().for_each(|act| act());
        f.write_str("shown")
    }
}

#[tokio::test(start_paused = true)]
async fn s_16_whoever_is_made_while_the_settings_change_has_the_new_ones() {
    let (_registry, users) = doors(&KeysConfig::default());
    USERS.set(Some(Arc::clone(&users)));
    SHOWN.set(Some(|| {
        let users = USERS.take();
        users.into_iter().for_each(|users| users.reconfigure(&9).unwrap());
    }));
    assert_eq!(users.member(Shown).size(), 9);
}

#[tokio::test(start_paused = true)]
async fn s_16_settings_that_are_refused_change_nothing() {
    let (registry, users) = doors(&KeysConfig::default());
    let member = users.member("a");
    assert_eq!(users.reconfigure(&0).unwrap_err().field(), "size");
    let bad = Command::reconfigure(keys(0, MINUTE));
    let refused = registry.command("door", "users", &bad);
    assert!(matches!(refused, Err(CommandError::Refused(error)) if error.field() == "max_keys"));
    assert_eq!((member.size(), users.config(), users.keys_config()), (1, 1, KeysConfig::default()));
}

#[tokio::test(start_paused = true)]
async fn commands_to_the_family_are_for_all_and_those_to_a_member_for_it_alone() {
    let (registry, users) = doors(&KeysConfig::default());
    let [a, b] = [users.member("a"), users.member("b")];
    let tell = |name, command| registry.command("door", name, &command);

    tell("users", Command::reconfigure(5_u32)).unwrap();
    assert_eq!((a.size(), b.size()), (5, 5));
    tell("users/a", Command::Reset).unwrap();
    assert_eq!((a.size(), b.size()), (0, 5));
    tell("users", Command::Reset).unwrap();
    assert_eq!((a.size(), b.size(), users.config()), (0, 0, 5));
    tell("users", Command::reconfigure(keys(9, MINUTE))).unwrap();
    assert_eq!(users.keys_config(), keys(9, MINUTE));

    let unknown = tell("users", Command::ForceOpen);
    assert_eq!(unknown, Err(CommandError::Unsupported("force open")));
    let wrong = tell("users", Command::reconfigure("text"));
    assert!(matches!(wrong, Err(CommandError::WrongSettings(_))));
}

#[tokio::test(start_paused = true)]
async fn s_16_fewer_keys_let_go_who_may_and_the_rest_follows() {
    let (registry, users) = doors(&keys(10, MINUTE));
    let held: Vec<_> = (0..5).map(|key| users.member(key)).collect();
    for key in 5..10 {
        users.member(key);
    }
    users.reconfigure_keys(&keys(2, MINUTE)).unwrap();
    assert_eq!(users.len(), 5);
    assert!((0..5).all(|key| users.get(&key).is_some()));

    let new = users.member(10);
    assert!(Arc::ptr_eq(&new, &users.other().unwrap()));
    drop(held);
    tokio::time::advance(MINUTE / 60).await;
    users.member(11);
    assert_eq!((users.len(), users.get(&11).is_some()), (2, true));

    users.reconfigure_keys(&keys(10, MINUTE)).unwrap();
    for key in 20..28 {
        users.member(key);
    }
    assert_eq!((users.len(), names(&registry).len()), (10, 12));
}

#[tokio::test(start_paused = true)]
async fn s_16_a_shorter_idle_time_holds_at_once() {
    let (registry, users) = doors(&keys(10, 600 * MINUTE));
    users.member("a");
    users.reconfigure_keys(&keys(10, MINUTE)).unwrap();
    for _ in 0..2 {
        tokio::time::advance(MINUTE).await;
        let _ = registry.readings();
    }
    assert_eq!(names(&registry), ["users"]);
}
