//! What happens where there is no room.

use std::sync::Arc;
use std::time::Duration;

use ms_core::clock::sleep;
use ms_core::registry::{Field, Heard};
use ms_core::testing::reading::value;
use ms_core::testing::recorder::Recorder;

use super::super::Stay;
use super::doors::{METRICS, MINUTE, doors, names};
use super::keys;

/// As long as it takes until a family of few keys looks again for one that may go.
const SOON: Duration = Duration::from_millis(1);

#[tokio::test(start_paused = true)]
async fn s_17_there_are_never_more_keys_than_may_be_and_who_goes_is_counted() {
    let (registry, users) = doors(&keys(100, MINUTE));
    for key in 0..1000 {
        users.member(key);
        assert!(users.len() <= 100 && users.get(&key).is_some());
    }
    assert_eq!(names(&registry).len(), 101);
    let read = |metric: &str, labels: &[_]| value(&registry, metric, labels);
    assert_eq!(read(METRICS.evicted.name(), &[("why", "full")]), Some(900.0));
    assert_eq!(read(METRICS.evicted.name(), &[("why", "idle")]), Some(0.0));
    assert_eq!(read(METRICS.keys.name(), &[]), Some(100.0));
    assert_eq!(read(METRICS.limit.name(), &[]), Some(100.0));
    assert_eq!(read(METRICS.overflowed.name(), &[]), Some(0.0));
}

#[tokio::test(start_paused = true)]
async fn s_17_who_was_not_used_of_late_goes_first() {
    let (_registry, users) = doors(&keys(3, MINUTE));
    for key in 0..4 {
        users.member(key); // the hand went by all, and one of them is gone
    }
    let old: Vec<_> = (0..3).filter(|key| users.get(key).is_some()).collect();
    users.member(old[0]);
    users.member(4);
    assert!(users.get(&old[1]).is_none() && users.get(&old[0]).is_some());
}

#[tokio::test(start_paused = true)]
async fn s_17_an_open_one_is_never_driven_out_by_a_closed_one() {
    let (_registry, users) = doors(&keys(3, MINUTE));
    let set = |key, stay| users.member(key).toy.set(stay);
    set("open", Stay::WhileUsed);
    set("forced", Stay::Always);
    for key in ["a", "b", "c", "d"] {
        users.member(key);
    }
    assert!(["open", "forced", "d"].iter().all(|key| users.get(key).is_some()));

    for _ in 0..2 {
        sleep(MINUTE).await;
        let _ = users.list();
    }
    assert!(users.get(&"open").is_none() && users.get(&"forced").is_some());
}

#[tokio::test(start_paused = true)]
async fn s_17_where_none_may_go_keys_share_one_member_and_nothing_is_refused() {
    let (registry, users) = doors(&keys(2, 10 * MINUTE));
    let held = [users.member("a"), users.member("b")];
    assert_eq!((names(&registry).len(), users.other().is_none()), (3, true));

    let (c, d) = (users.member("c"), users.member("d"));
    assert!(Arc::ptr_eq(&c, &d) && held.iter().all(|member| !Arc::ptr_eq(member, &c)));
    assert!(Arc::ptr_eq(&c, &users.other().unwrap()) && users.get(&"c").is_none());
    assert_eq!(names(&registry), ["users", "users/(other)", "users/a", "users/b"]);
    assert_eq!(value(&registry, METRICS.overflowed.name(), &[]), Some(2.0));
    assert_eq!(value(&registry, METRICS.keys.name(), &[]), Some(2.0));
}

#[tokio::test(start_paused = true)]
async fn s_17_who_shared_gets_a_member_of_its_own_as_soon_as_there_is_room() {
    let (_registry, users) = doors(&keys(2, 10 * MINUTE));
    let [a, _b] = [users.member("a"), users.member("b")];
    let shared = users.member("c");
    drop(a);
    sleep(SOON).await;
    let own = users.member("c");
    assert!(!Arc::ptr_eq(&own, &shared) && users.get(&"a").is_none());
    assert!(Arc::ptr_eq(&own, &users.member("c")));
}

#[tokio::test(start_paused = true)]
async fn nobody_searches_all_keys_for_every_call_while_none_may_go() {
    let (_registry, users) = doors(&keys(2, 10 * MINUTE));
    let [a, _b] = [users.member("a"), users.member("b")];
    let shared = users.member("c");
    drop(a);
    assert!(Arc::ptr_eq(&users.member("c"), &shared)); // not before two microseconds
    sleep(SOON).await;
    assert!(!Arc::ptr_eq(&users.member("c"), &shared));
}

#[tokio::test(start_paused = true)]
async fn s_13_many_that_share_are_one_event_a_second_and_none_is_lost() {
    let recorder = Recorder::start();
    let (registry, users) = doors(&keys(1, MINUTE));
    let mut events = registry.subscribe();
    let _held = users.member(0);
    for key in 1..=100 {
        users.member(key);
    }
    sleep(Duration::from_secs(2)).await;
    users.member(101);

    let counts: Vec<_> = std::iter::from_fn(|| events.try_next())
        .map(|heard| match heard {
            Heard::Event(event) => (event.what, event.field("count").cloned()),
            Heard::Missed(missed) => panic!("missed {missed}"),
        })
        .collect();
    let expected = [1, 100].map(|count| ("overflowed", Some(Field::Count(count))));
    assert_eq!(counts, expected);
    let told = recorder.events("ms::keyed");
    let fields = ["kind", "policy", "count", "keys"].map(|name| told[1].field(name));
    assert_eq!(fields, [Some("door"), Some("users"), Some("100"), Some("1")]);
}
