//! Settings, given, shared and changed.

use std::time::Duration;

use http::Request;
use http_body_util::BodyExt;
use ms_core::registry::{Command, CommandError, Registry};
use ms_core::rejection::Rejectable;
use tower::{Layer, ServiceExt};

use super::super::{IdleTimeoutConfig, IdleTimeoutLayer};
use super::{count, is_stalled, seconds, server};

/// Whether a body whose only byte comes after `pause` is given up.
async fn stalls(layer: &IdleTimeoutLayer, pause: &'static [u64]) -> bool {
    let response = layer.layer(server(pause)).oneshot(Request::new(())).await.unwrap();
    is_stalled(&response.into_body().collect().await)
}

#[test]
fn s_15_idle_limits_that_make_no_sense_are_refused_by_name() {
    let refused = |config| IdleTimeoutLayer::new("feed", &config).unwrap_err().field().to_owned();
    assert_eq!(refused(IdleTimeoutConfig::default().limit(Duration::ZERO)), "limit");
    assert_eq!(refused(IdleTimeoutConfig::default().bytes(0)), "bytes");
}

#[cfg(feature = "serde")]
#[test]
fn s_15_a_file_of_idle_limits_is_read_and_what_it_does_not_know_is_refused() {
    let read = |text| toml::from_str::<IdleTimeoutConfig>(text);
    let strict = IdleTimeoutConfig::default().limit(seconds(3)).bytes(512);
    assert_eq!(read("limit = '3s'\nbytes = 512").unwrap(), strict);
    assert_eq!(read("").unwrap(), IdleTimeoutConfig::default());
    let error = read("limit = '3s'\nframes = 5").unwrap_err().to_string();
    assert!(error.contains("line 2") && error.contains("frames"), "{error}");
}

#[test]
fn the_defaults_of_idle_limits_are_those_of_the_docs() {
    assert_eq!(
        format!("{:?}", IdleTimeoutConfig::default()),
        "IdleTimeoutConfig { limit: 10s, bytes: 1 }"
    );
}

#[test]
fn s_16_a_running_policy_shows_its_new_settings() {
    let registry = Registry::new();
    let _layer = IdleTimeoutLayer::named("feed").registry(&registry);
    let strict = IdleTimeoutConfig::default().limit(seconds(3)).bytes(512);
    registry.command("idle_timeout", "feed", &Command::reconfigure(strict)).unwrap();
    let described = registry.get("idle_timeout", "feed").unwrap().described().to_string();
    assert_eq!(described, "idle_timeout feed: 3s for each 512 bytes");
}

#[tokio::test(start_paused = true)]
async fn s_16_bodies_that_come_after_a_change_obey_it_and_the_counts_stay() {
    let registry = Registry::new();
    let layer = IdleTimeoutLayer::after(seconds(10)).name("feed").registry(&registry);
    assert!(!stalls(&layer, &[4]).await);

    let strict = IdleTimeoutConfig::default().limit(seconds(3));
    registry.command("idle_timeout", "feed", &Command::reconfigure(strict)).unwrap();

    assert!(stalls(&layer, &[4]).await);
    assert_eq!((count(&registry, "completed"), count(&registry, "stalled")), (1.0, 1.0));
}

#[tokio::test(start_paused = true)]
async fn s_16_a_body_under_way_when_the_limit_changes_says_which_limit_it_had() {
    let registry = Registry::new();
    let layer = IdleTimeoutLayer::after(seconds(10)).name("feed").registry(&registry);
    let response = layer.layer(server(&[11])).oneshot(Request::new(())).await.unwrap();

    let strict = IdleTimeoutConfig::default().limit(seconds(3));
    registry.command("idle_timeout", "feed", &Command::reconfigure(strict)).unwrap();

    let error = response.into_body().collect().await.unwrap_err();
    let numbers: Vec<_> = error.as_rejection().unwrap().numbers().collect();
    assert_eq!(numbers, [("limit_ms", 10_000)]);
}

#[tokio::test(start_paused = true)]
async fn s_16_a_change_that_is_refused_leaves_the_old_idle_limit_in_force() {
    let registry = Registry::new();
    let layer = IdleTimeoutLayer::after(seconds(10)).name("feed").registry(&registry);
    let bad = Command::reconfigure(IdleTimeoutConfig::default().limit(seconds(3)).bytes(0));
    let refused = registry.command("idle_timeout", "feed", &bad).unwrap_err();
    assert!(matches!(refused, CommandError::Refused(error) if error.field() == "bytes"));
    assert_eq!([stalls(&layer, &[9]).await, stalls(&layer, &[11]).await], [false, true]);
}

#[tokio::test(start_paused = true)]
async fn s_9_all_bodies_of_one_layer_are_counted_together_unless_asked_otherwise() {
    let registry = Registry::new();
    let layer = IdleTimeoutLayer::after(seconds(10)).name("feed").registry(&registry);
    for pause in [&[1], &[2]] {
        assert!(!stalls(&layer, pause).await);
    }
    assert_eq!((registry.policies().len(), count(&registry, "completed")), (1, 2.0));

    let isolated = layer.isolated();
    let (_one, _two) = (isolated.layer(server(&[])), isolated.layer(server(&[])));
    assert_eq!(registry.policies().len(), 2);
}
