//! Settings, given and changed.

use std::time::Duration;

use ms_core::availability::{Availability, Available};
use ms_core::clock::{Instant, now};
use ms_core::registry::{Command, CommandError, Registry};
use ms_core::testing::probe::{Answer, Probe};
use tower::{Layer, ServiceExt};

use super::super::super::FallbackLayer;
use super::super::{CacheConfig, CacheLayer, Copies};
use super::{Stand, broken, ms};

#[test]
fn the_defaults_are_those_of_the_docs() {
    let config = CacheConfig::default();
    assert_eq!((config.max_entries, config.max_weight), (1000, 67_108_864));
    assert_eq!((config.max_age, config.fresh_for), (ms(300_000), None));
    assert_eq!((config.patience, config.max_wait, config.max_waiting), (ms(100), ms(1000), 1000));
    assert_eq!(Stand::new(&config).cache().config(), config);
}

#[test]
fn s_15_settings_that_make_no_sense_are_refused_when_they_are_given() {
    let good = CacheConfig::default();
    let bounds = "longer than 0s, and at most `max_age`";
    let bad = [
        (good.clone().max_entries(0), "max_entries", "1 or more"),
        (good.clone().max_weight(0), "max_weight", "1 or more"),
        (good.clone().max_age(Duration::ZERO), "max_age", "longer than 0s"),
        (good.clone().fresh_for(Duration::ZERO), "fresh_for", bounds),
        (good.clone().fresh_for(ms(300_001)), "fresh_for", bounds),
        (good.max_wait(Duration::ZERO), "max_wait", "longer than 0s"),
    ];
    for (config, field, allowed) in bad {
        let layer: CacheLayer<_, _, u32, Copies> =
            FallbackLayer::cached("users", |request: &u32| Some(*request));
        let error = layer.config(&config).unwrap_err();
        assert_eq!((error.field(), error.allowed()), (field, allowed));
    }
}

#[cfg(feature = "serde")]
#[test]
fn s_15_a_file_is_read_and_what_it_does_not_know_is_refused_with_its_line() {
    let read = |text| toml::from_str::<CacheConfig>(text);
    let config = CacheConfig::default().max_entries(7).max_age(ms(60_000)).fresh_for(ms(1500));
    assert_eq!(read("max_entries = 7\nmax_age = '1m'\nfresh_for = '1s 500ms'").unwrap(), config);
    let written = toml::to_string(&config).unwrap();
    assert_eq!(read(&written).unwrap(), config);
    assert_eq!(read("").unwrap(), CacheConfig::default());
    let said = read("max_entries = 2\nretries = 3").unwrap_err().to_string();
    assert!(said.contains("line 2") && said.contains("retries"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn s_16_a_running_cache_takes_new_settings_and_keeps_what_there_is_room_for() {
    let mut stand = Stand::new(&CacheConfig::default());
    for request in 1..=5 {
        stand.call(request).await.unwrap();
    }
    let two = Command::reconfigure(CacheConfig::default().max_entries(2).fresh_for(ms(1000)));
    stand.registry.command("fallback_cache", "users", &two).unwrap();
    assert_eq!(stand.cache().snapshot().entries, 2);
    stand.inner.respond(|_| broken());
    assert_eq!(stand.call(5).await.ok(), Some(5)); // fresh, from now on
    assert!(stand.call(1).await.is_err());
    assert_eq!(stand.inner.requests(), [1, 2, 3, 4, 5, 1]);

    let bad = Command::reconfigure(CacheConfig::default().max_entries(0));
    let refused = stand.registry.command("fallback_cache", "users", &bad);
    assert!(matches!(refused, Err(CommandError::Refused(error)) if error.field() == "max_entries"));
    assert_eq!(stand.cache().config().max_entries, 2);
}

#[tokio::test(start_paused = true)]
async fn s_9_all_services_of_one_layer_share_a_cache_unless_asked_otherwise() {
    let registry = Registry::new();
    let layer = FallbackLayer::cached("users", |request: &u32| Some(*request)).registry(&registry);
    let (good, _) = Probe::new(Answer::ready);
    let (bad, _) = Probe::new(|_: u32| broken());
    layer.layer(good.clone()).oneshot(7).await.unwrap();
    assert_eq!(layer.clone().layer(bad.clone()).oneshot(7).await.ok(), Some(7));

    let isolated = layer.clone().isolated();
    let (one, two) = (isolated.layer(good), isolated.layer(bad));
    one.clone().oneshot(7).await.unwrap();
    assert!(two.clone().oneshot(7).await.is_err());
    let entries = [one.handle(), two.handle()].map(|cache| cache.snapshot().entries);
    assert_eq!((entries, registry.policies().len()), ([1, 0], 3));
}

#[test]
fn whether_it_is_worth_calling_is_what_the_service_inside_says() {
    struct Closed;
    impl Available for Closed {
        fn availability(&self, _: Instant) -> Availability {
            Availability::Closed
        }
    }
    let layer: CacheLayer<_, _, u32, Copies> =
        FallbackLayer::cached("users", |request: &u32| Some(*request));
    assert_eq!(layer.name("orders").layer(Closed).availability(now()), Availability::Closed);
}
