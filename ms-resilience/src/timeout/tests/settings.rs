//! Settings, given and changed.

use std::time::Duration;

use ms_core::registry::{Command, CommandError, Registry};
use tower::{Layer, ServiceExt};

use super::super::{ATTEMPT, TimeoutConfig, TimeoutLayer, TotalTimeoutLayer};
use super::{count, hung, is, ms, slow};

#[test]
fn the_defaults_are_those_of_the_docs() {
    assert_eq!(TimeoutConfig::attempt().limit, Duration::from_secs(1));
    assert_eq!(TimeoutConfig::total().limit, Duration::from_secs(5));
}

#[test]
fn s_15_a_limit_of_zero_is_refused_when_it_is_built() {
    let zero = TimeoutConfig::new(Duration::ZERO);
    let error = TimeoutLayer::new("users", &zero).unwrap_err();
    assert_eq!((error.field(), error.value()), ("limit", "0ns"));
    assert_eq!(TotalTimeoutLayer::new("users", &zero).unwrap_err().allowed(), "longer than 0s");
}

#[cfg(feature = "serde")]
#[test]
fn s_15_a_file_with_an_unknown_field_is_refused_with_its_line() {
    let good: TimeoutConfig = toml::from_str("limit = '1s 500ms'").unwrap();
    assert_eq!(good, TimeoutConfig::new(ms(1500)));

    let error = toml::from_str::<TimeoutConfig>("limit = '1s'\nretries = 3").unwrap_err();
    let said = error.to_string();
    assert!(said.contains("line 2") && said.contains("retries"), "{said}");

    let error = toml::from_str::<TimeoutConfig>("limit = 'soon'").unwrap_err();
    assert!(error.to_string().contains("limit = 'soon'"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn s_16_a_running_policy_takes_a_new_limit_and_keeps_its_counts() {
    let registry = Registry::new();
    let layer = TimeoutLayer::attempt(ms(500)).name("users").registry(&registry);
    let (probe, _) = slow();
    let client = layer.layer(probe);
    client.clone().oneshot(600).await.unwrap_err();

    let patient = Command::reconfigure(TimeoutConfig::new(ms(1000)));
    registry.command("timeout", "users", &patient).unwrap();

    client.oneshot(600).await.unwrap();
    assert_eq!((count(&registry, "timed_out"), count(&registry, "completed")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn s_16_a_reload_that_is_refused_leaves_the_old_limit_in_force() {
    let registry = Registry::new();
    let layer = TimeoutLayer::attempt(ms(500)).name("users").registry(&registry);
    let zero = Command::reconfigure(TimeoutConfig::new(Duration::ZERO));

    let refused = registry.command("timeout", "users", &zero).unwrap_err();

    assert!(matches!(refused, CommandError::Refused(error) if error.field() == "limit"));
    let (probe, _) = slow();
    assert!(layer.layer(probe).oneshot(400).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn s_9_all_services_of_one_layer_are_one_policy_unless_asked_otherwise() {
    let registry = Registry::new();
    let layer = TimeoutLayer::attempt(ms(500)).name("users").registry(&registry);
    let (probe, _) = slow();
    for _ in 0..2 {
        layer.layer(probe.clone()).oneshot(0).await.unwrap();
    }
    assert_eq!((registry.policies().len(), count(&registry, "completed")), (1, 2));

    let isolated = layer.isolated();
    let (_one, _two) = (isolated.layer(probe.clone()), isolated.layer(probe));
    assert_eq!(registry.policies().len(), 2);
    assert!(registry.get("timeout", "users#2").is_some());
}

#[tokio::test(start_paused = true)]
async fn s_to_1_a_limit_of_zero_given_in_code_leaves_time_for_what_is_ready_at_once() {
    let layer = TimeoutLayer::attempt(Duration::ZERO);
    let (ready, _) = slow();
    assert!(layer.layer(ready).oneshot(0).await.is_ok());
    let (hung, _) = hung();
    assert!(is(&layer.layer(hung).oneshot(0).await, &ATTEMPT));
}

#[tokio::test(start_paused = true)]
async fn a_limit_beyond_all_clocks_never_comes() {
    let (probe, _) = slow();
    let layer = TimeoutLayer::attempt(Duration::MAX);
    assert!(layer.layer(probe).oneshot(4_000_000_000).await.is_ok());
}
