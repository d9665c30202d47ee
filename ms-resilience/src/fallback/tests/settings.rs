//! Settings, given and changed.

use std::time::Duration;

use ms_core::availability::{Availability, Available};
use ms_core::clock::{Instant, now};
use ms_core::registry::{Command, CommandError, Registry};
use tower::{Layer, ServiceExt};

use super::super::{Failed, FallbackConfig, FallbackLayer};
use super::{Failure, broken, count, flaky, is_original, ms};

#[test]
fn the_defaults_are_those_of_the_docs() {
    let FallbackConfig { max_concurrent, timeout, keep } = FallbackConfig::default();
    assert_eq!((max_concurrent, timeout, keep), (100, ms(1000), 65_536));
    assert_eq!(FallbackLayer::value("users", 7).handle().config(), FallbackConfig::default());
}

#[test]
fn s_15_settings_that_make_no_sense_are_refused_when_they_are_given() {
    let bad = FallbackConfig::default().timeout(Duration::ZERO);
    let error = FallbackLayer::value("users", 7).config(&bad).unwrap_err();
    assert_eq!((error.field(), error.allowed()), ("timeout", "longer than 0s"));
}

#[cfg(feature = "serde")]
#[test]
fn s_15_a_file_is_read_and_what_it_does_not_know_is_refused_with_its_line() {
    let read = |text| toml::from_str::<FallbackConfig>(text);
    let config = FallbackConfig::default().max_concurrent(7).timeout(ms(1500)).keep(9);
    assert_eq!(read("max_concurrent = 7\ntimeout = '1s 500ms'\nkeep = 9").unwrap(), config);
    let written = toml::to_string(&config).unwrap();
    assert_eq!(read(&written).unwrap(), config);
    assert_eq!(read("").unwrap(), FallbackConfig::default());
    let said = read("keep = 2\nretries = 3").unwrap_err().to_string();
    assert!(said.contains("line 2") && said.contains("retries"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn s_16_a_running_fallback_takes_new_settings_and_keeps_its_counts() {
    let registry = Registry::new();
    let layer = FallbackLayer::value("users", 7).registry(&registry);
    let service = layer.layer(broken());
    service.clone().oneshot(1).await.unwrap();

    let off = Command::reconfigure(FallbackConfig::default().max_concurrent(0));
    registry.command("fallback", "users", &off).unwrap();
    assert!(is_original(&service.clone().oneshot(1).await));

    let bad = FallbackConfig::default().timeout(Duration::ZERO);
    let refused = registry.command("fallback", "users", &Command::reconfigure(bad.clone()));
    assert!(matches!(refused, Err(CommandError::Refused(error)) if error.field() == "timeout"));
    assert!(layer.handle().reconfigure(&bad).is_err());
    assert_eq!(layer.handle().config().max_concurrent, 0);
    assert_eq!([count(&registry, "degraded"), count(&registry, "full")], [1.0, 1.0]);
}

#[tokio::test(start_paused = true)]
async fn s_9_all_services_of_one_layer_share_its_limits_unless_asked_otherwise() {
    let registry = Registry::new();
    let hangs = |_: u32, failed: Failed<u32, Failure>| async move {
        std::future::pending::<()>().await;
        drop(failed);
        Ok(7)
    };
    let one = FallbackConfig::default().max_concurrent(1);
    let layer = FallbackLayer::with("users", hangs).registry(&registry).config(&one).unwrap();
    let first = tokio::spawn(layer.layer(broken()).oneshot(1));
    tokio::task::yield_now().await;
    assert!(is_original(&layer.clone().layer(broken()).oneshot(2).await));
    assert_eq!(registry.policies().len(), 1);

    let isolated = layer.clone().isolated();
    let services = [isolated.layer(broken()), isolated.layer(broken())];
    let handles = services.each_ref().map(super::super::FallbackService::handle);
    let calls = services.map(|service| tokio::spawn(service.oneshot(1)));
    tokio::task::yield_now().await;
    assert_eq!(handles.each_ref().map(super::super::Fallback::in_flight), [1, 1]);
    assert_eq!(handles.map(|handle| handle.name().to_string()), ["users#2", "users#3"]);
    drop((first, calls));
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_is_given_another_name_is_known_by_it() {
    let registry = Registry::new();
    let layer = FallbackLayer::value("users", 7).name("orders").registry(&registry);
    assert_eq!(layer.handle().name().as_str(), "orders");
    let (probe, _) = flaky();
    layer.layer(probe).oneshot(1).await.unwrap();
    assert_eq!(count(&registry, "primary"), 1.0);
}

#[test]
fn whether_it_is_worth_calling_is_what_the_service_inside_says() {
    struct Closed;
    impl Available for Closed {
        fn availability(&self, _: Instant) -> Availability {
            Availability::Closed
        }
    }
    let service = FallbackLayer::value("users", 7).layer(Closed);
    assert_eq!(service.availability(now()), Availability::Closed);
}
