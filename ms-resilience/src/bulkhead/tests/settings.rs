//! Settings, given and changed.

use std::time::Duration;

use ms_core::registry::{Command, CommandError, Registry};
use ms_core::rejection::Rejection;
use ms_core::testing::probe::{Answer, Probe};
use ms_core::testing::wakes::Wakes;
use tower::{Layer, Service, ServiceExt};

use super::super::{BulkheadConfig, BulkheadLayer, FULL};
use super::{Stand, is, ms, poll, queue_of, result};

#[test]
fn the_defaults_are_those_of_the_docs() {
    let BulkheadConfig { max_concurrent, max_queue, max_wait } = BulkheadConfig::default();
    assert_eq!((max_concurrent, max_queue, max_wait), (100, 0, ms(100)));
    assert_eq!(BulkheadLayer::named("users").handle().config(), BulkheadConfig::default());
}

#[test]
fn s_15_settings_that_make_no_sense_are_refused_when_it_is_built() {
    let good = BulkheadConfig::new(0);
    let bad = [
        (good.clone().max_concurrent(1 << 21), "max_concurrent", "at most 2097151"),
        (good.clone().max_queue(1 << 21), "max_queue", "at most 2097151"),
        (
            good.clone().max_queue(1).max_wait(Duration::ZERO),
            "max_wait",
            "longer than 0s where calls may wait",
        ),
    ];
    for (config, field, allowed) in bad {
        let error = BulkheadLayer::new("users", &config).unwrap_err();
        assert_eq!((error.field(), error.allowed()), (field, allowed));
    }
    let most = BulkheadConfig::new((1 << 21) - 1).max_queue((1 << 21) - 1);
    assert_eq!(BulkheadLayer::new("users", &most).unwrap().handle().config(), most);
    assert!(good.max_wait(Duration::ZERO).validate().is_ok());
}

#[cfg(feature = "serde")]
#[test]
fn s_15_a_file_is_read_and_what_it_does_not_know_is_refused_with_its_line() {
    let read = |text| toml::from_str::<BulkheadConfig>(text);
    let config = BulkheadConfig::new(7).max_queue(2).max_wait(ms(1500));
    let text = "max_concurrent = 7\nmax_queue = 2\nmax_wait = '1s 500ms'";
    assert_eq!(read(text).unwrap(), config);
    let written = toml::to_string(&config).unwrap();
    assert_eq!(toml::from_str::<BulkheadConfig>(&written).unwrap(), config);
    assert_eq!(read("").unwrap(), BulkheadConfig::default());

    let said = read("max_queue = 2\nretries = 3").unwrap_err().to_string();
    assert!(said.contains("line 2") && said.contains("retries"), "{said}");
    let said = read("max_wait = 'soon'").unwrap_err().to_string();
    assert!(said.contains("max_wait = 'soon'"), "{said}");
    assert!(read("max_concurrent = -1").is_err());
}

#[tokio::test(start_paused = true)]
async fn s_bh_4_more_room_admits_those_who_wait_at_once_and_in_order() {
    let mut stand = queue_of(5);
    let _first = stand.pending(1);
    let mut waiting: Vec<_> = (2..=5).map(|request| stand.call(request)).collect();
    let wakes = Wakes::new();
    for call in &mut waiting {
        assert!(wakes.poll(call.as_mut()).is_pending());
    }

    stand.handle.resize(3).unwrap();

    assert_eq!((stand.counts(), wakes.count()), ((3, 2), 2));
    assert!(waiting.iter_mut().rev().all(|call| poll(call).is_pending()));
    assert_eq!(stand.inner.requests(), [1, 3, 2]);
}

#[tokio::test(start_paused = true)]
async fn s_bh_4_less_room_never_waits_and_the_surplus_drains() {
    let mut stand = Stand::new(&BulkheadConfig::new(3).max_queue(5));
    let mut calls: Vec<_> = (1..=4).map(|request| stand.pending(request)).collect();

    stand.handle.resize(1).unwrap();
    assert_eq!(stand.counts(), (3, 1));
    drop(calls.remove(0));
    assert_eq!(stand.counts(), (2, 1));
    drop(calls.remove(0));
    assert_eq!(stand.counts(), (1, 1)); // still as many as may be
    drop(calls.remove(0));
    assert_eq!(stand.counts(), (1, 0));
    stand.inner.release_all();
    assert_eq!(result(&mut calls[0]).ok(), Some(4));
}

#[tokio::test(start_paused = true)]
async fn s_bh_4_who_waits_when_it_is_closed_is_let_in_when_it_opens() {
    let mut stand = queue_of(1);
    let first = stand.pending(1);
    let mut second = stand.pending(2);
    stand.handle.resize(0).unwrap();
    drop(first);
    assert_eq!(stand.counts(), (0, 1));
    stand.handle.resize(1).unwrap();
    stand.inner.release_all();
    assert_eq!(result(&mut second).ok(), Some(2));
}

#[tokio::test(start_paused = true)]
async fn s_16_a_running_bulkhead_takes_new_settings_and_keeps_who_is_in_it() {
    let mut stand = queue_of(1);
    let _calls = [stand.pending(1), stand.pending(2)];
    let config = BulkheadConfig::new(1).max_queue(2).max_wait(ms(700));
    let told = Command::reconfigure(config.clone());
    stand.registry.command("bulkhead", "users", &told).unwrap();

    assert_eq!((stand.counts(), stand.handle.config()), ((1, 1), config));
    let _third = stand.pending(3);
    assert_eq!(stand.counts(), (1, 2));

    stand.handle.reconfigure(&BulkheadConfig::new(1)).unwrap();
    assert_eq!(stand.counts(), (1, 2)); // nobody is sent away
    assert!(is(&result(&mut stand.call(4)), &FULL));
}

#[test]
fn s_16_a_reload_that_is_refused_leaves_the_old_settings_in_force() {
    let stand = queue_of(1);
    let before = stand.handle.config();
    let bad = BulkheadConfig::new(9).max_queue(1).max_wait(Duration::ZERO);
    let refused = stand.registry.command("bulkhead", "users", &Command::reconfigure(bad.clone()));
    assert!(matches!(refused, Err(CommandError::Refused(error)) if error.field() == "max_wait"));
    assert!(stand.handle.reconfigure(&bad).is_err());
    assert_eq!(stand.handle.resize(u32::MAX).unwrap_err().field(), "max_concurrent");
    assert_eq!(stand.handle.config(), before);
}

#[tokio::test]
async fn s_9_all_services_of_one_layer_share_its_places_unless_asked_otherwise() {
    let registry = Registry::new();
    let config = BulkheadConfig::new(1);
    let layer = BulkheadLayer::new("users", &config).unwrap().registry(&registry);
    let (probe, _) = Probe::<u32, u32, Rejection>::with_error(|_| Answer::never());
    let (mut one, two) = (layer.layer(probe.clone()), layer.clone().layer(probe.clone()));
    let _first = one.ready().await.unwrap().call(1);
    assert!(is(&two.oneshot(2).await, &FULL));
    assert_eq!(registry.policies().len(), 1);

    let isolated = layer.isolated();
    let (mut one, mut two) = (isolated.layer(probe.clone()), isolated.layer(probe));
    let _calls = (one.ready().await.unwrap().call(1), two.ready().await.unwrap().call(2));
    let handles = [one.handle(), two.handle()];
    assert_eq!(handles.each_ref().map(|handle| handle.snapshot().in_flight), [1, 1]);
    assert_eq!(handles.map(|handle| handle.name().to_string()), ["users#2", "users#3"]);
}
