//! One member for each key, which is forgotten when nobody uses it.

use std::sync::Arc;

use ms_core::clock::sleep;
use ms_core::registry::{Keeper, Registry};
use ms_core::testing::reading::value;

use super::super::{Family, KeysConfig};
use super::doors::{Door, METRICS, MINUTE, VISITS, doors, names};
use super::keys;

#[tokio::test(start_paused = true)]
async fn s_17_each_key_has_a_member_of_its_own_and_always_the_same() {
    let (registry, users) = doors(&KeysConfig::default());
    let ann = users.member("ann");
    assert!(Arc::ptr_eq(&ann, &users.member("ann")) && !Arc::ptr_eq(&ann, &users.member("bob")));
    ann.visits.count();
    assert_eq!(names(&registry), ["users", "users/ann", "users/bob"]);
    assert_eq!(value(&registry, VISITS.name(), &[]), Some(1.0));

    assert!(Arc::ptr_eq(&users.get(&"ann").unwrap(), &ann) && users.get(&"eve").is_none());
    let list: Vec<_> = users.list().into_iter().map(|(key, _)| key).collect();
    assert_eq!((list, users.len(), users.is_empty()), (vec!["ann", "bob"], 2, false));
}

#[tokio::test(start_paused = true)]
async fn s_17_an_idle_key_is_forgotten_with_its_metrics_by_a_mere_look() {
    let (registry, users) = doors(&keys(10, 10 * MINUTE));
    users.member("ann");
    for _ in 0..10 {
        sleep(MINUTE).await;
        users.member("bob");
        assert_eq!(names(&registry).len(), 3);
    }
    sleep(9 * MINUTE).await;
    users.member("bob");
    sleep(MINUTE).await;
    assert_eq!(names(&registry), ["users", "users/bob"]);
    let idle = value(&registry, METRICS.evicted.name(), &[("why", "idle")]);
    assert_eq!((idle, users.len()), (Some(1.0), 1));

    sleep(20 * MINUTE).await;
    let _ = users.list();
    sleep(20 * MINUTE).await;
    assert!(users.list().is_empty() && names(&registry) == ["users"]);
}

#[tokio::test(start_paused = true)]
async fn s_17_a_new_key_is_enough_to_forget_the_idle_ones() {
    let (_registry, users) = doors(&keys(10, MINUTE));
    users.member(1);
    sleep(MINUTE).await;
    users.member(2);
    sleep(MINUTE).await;
    users.member(3);
    assert!(users.get(&1).is_none() && users.get(&2).is_some());
}

#[tokio::test(start_paused = true)]
async fn s_17_a_key_that_is_looked_at_is_not_used_by_that() {
    let (registry, users) = doors(&keys(10, MINUTE));
    users.member("ann");
    for _ in 0..2 {
        sleep(MINUTE).await;
        users.get(&"ann");
        let _ = users.list();
    }
    assert_eq!(names(&registry), ["users"]);
}

#[tokio::test(start_paused = true)]
async fn s_17_what_is_held_is_not_forgotten_and_counts_as_used() {
    let (registry, users) = doors(&keys(10, MINUTE));
    let held = users.member("ann");
    for _ in 0..100 {
        sleep(MINUTE).await;
        assert_eq!(names(&registry).len(), 2);
    }
    assert!(Arc::ptr_eq(&held, &users.get(&"ann").unwrap()));
    drop(held);
    assert_eq!(names(&registry).len(), 2);
    for _ in 0..2 {
        sleep(MINUTE).await;
        let _ = registry.readings();
    }
    assert_eq!(names(&registry), ["users"]);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_comes_back_begins_anew() {
    let (_registry, users) = doors(&keys(1, MINUTE));
    users.member("ann").visits.count();
    users.member("bob");
    assert_eq!(users.member("ann").visits.get(), 0);
}

#[tokio::test(start_paused = true)]
async fn keys_that_read_alike_are_kept_apart_and_told_apart() {
    let (registry, users) = doors(&KeysConfig::default());
    let long = |end: &str| format!("{}{end}", "k".repeat(200));
    let (one, two) = (users.member(long("one")), users.member(long("two")));
    assert!(!Arc::ptr_eq(&one, &two));
    assert_eq!(one.voice.name(), two.voice.name());
    let names = names(&registry);
    assert!(names[1].ends_with('…') && names[2].ends_with("…#2"), "{names:?}");
    assert_eq!(registry.readings().iter().filter(|r| r.metric.name() == VISITS.name()).count(), 2);
}

#[tokio::test(start_paused = true)]
async fn s_9_an_isolated_family_keeps_its_settings_and_none_of_its_keys() {
    let registry = Registry::new();
    let build = |voice| Family::<&str, Door>::new(voice, 7, &keys(5, MINUTE));
    let keeper = Keeper::new("door", "users", build).registry(&registry);
    keeper.lend().member("ann");
    assert_eq!(names(&registry), ["users", "users/ann"]);

    let apart = keeper.isolated();
    let (one, two) = (apart.lend(), apart.lend());
    one.member("bob");
    assert_eq!((one.config(), one.keys_config(), two.len()), (7, keys(5, MINUTE), 0));
    assert_eq!(names(&registry), ["users", "users#2", "users/bob"]);
    assert_eq!(format!("{one:?}"), "door users: 7 wide, for each of 5 keys");
}
