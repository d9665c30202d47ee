//! Settings, given, shared and changed.

use ms_core::clock::now;
use ms_core::context::Context;
use ms_core::deadline::Deadline;
use ms_core::http::headers::X_ENVOY_EXPECTED_RQ_TIMEOUT_MS as TIMEOUT_MS;
use ms_core::registry::{Command, CommandError, Registry};
use tower::{Layer, ServiceExt};

use super::super::{
    DeadlineConfig, DeadlineLayer, EXCEEDED, EXPIRED, PropagateDeadlineConfig,
    PropagateDeadlineLayer,
};
use super::{asks, handler, mirror, ms, outcome, plain, server};

fn is_refused(told: Result<(), CommandError>, field: &str) -> bool {
    told.is_err_and(|e| matches!(e, CommandError::Refused(error) if error.field() == field))
}

#[test]
fn s_15_deadlines_that_make_no_sense_are_refused_by_name() {
    let refused = |config: DeadlineConfig| config.validate().unwrap_err().field().to_owned();
    let good = DeadlineConfig::default;
    assert_eq!(refused(good().max(ms(0))), "max");
    assert_eq!(refused(good().unless_given(ms(0))), "unless_given");
    assert_eq!(refused(good().max(ms(10)).min_remaining(ms(11))), "min_remaining");
    for no_share in [f64::NAN, f64::INFINITY, -0.01, 1.01] {
        assert_eq!(refused(good().max_refused(no_share)), "max_refused");
    }
    assert!([0.0, 1.0].map(|share| good().max_refused(share).validate()).iter().all(Result::is_ok));
    assert_eq!(refused(good().header("no header")), "header");
    let client = PropagateDeadlineConfig::default().header("");
    assert_eq!(client.validate().unwrap_err().field(), "header");
}

#[test]
fn the_defaults_of_deadlines_are_those_of_the_docs() {
    assert_eq!(
        format!("{:?}", DeadlineConfig::default()),
        "DeadlineConfig { max: 60s, unless_given: None, min_remaining: 0ns, max_refused: 0.5, \
         dark: false, header: None }"
    );
    assert_eq!(
        format!("{:?}", PropagateDeadlineConfig::default()),
        "PropagateDeadlineConfig { margin: 5ms, header: None }"
    );
}

#[test]
fn s_16_a_running_policy_takes_new_settings_but_for_its_header() {
    let registry = Registry::new();
    let _layer = server(&registry, &DeadlineConfig::default());
    let tell = |config| registry.command("deadline", "orders", &Command::reconfigure(config));
    assert_eq!(tell(DeadlineConfig::default().max(ms(900)).dark()), Ok(()));
    let described = registry.get("deadline", "orders").unwrap().described().to_string();
    assert_eq!(described, "deadline orders: at most 900ms, at least 0ns, in the dark");

    assert!(is_refused(tell(DeadlineConfig::default().header("x-budget-ms")), "header"));
}

#[tokio::test(start_paused = true)]
async fn s_16_a_running_server_keeps_its_counts_and_obeys_its_new_settings() {
    let registry = Registry::new();
    let layer = server(&registry, &DeadlineConfig::default());
    let service = layer.layer(handler(100));
    service.clone().oneshot(asks(500)).await.unwrap();

    let strict = Command::reconfigure(DeadlineConfig::default().max(ms(50)));
    registry.command("deadline", "orders", &strict).unwrap();

    assert!(service.oneshot(asks(500)).await.unwrap_err().is(&EXCEEDED));
    assert_eq!((outcome(&registry, "completed"), outcome(&registry, "exceeded")), (1.0, 1.0));
}

#[tokio::test(start_paused = true)]
async fn s_16_a_server_that_refuses_new_settings_obeys_its_old_ones() {
    let registry = Registry::new();
    let layer = server(&registry, &DeadlineConfig::default().max(ms(900)));
    let tell = |config| registry.command("deadline", "orders", &Command::reconfigure(config));
    let strict = DeadlineConfig::default().max(ms(50)).unless_given(ms(50));
    assert!(is_refused(tell(strict.clone().max_refused(1.5)), "max_refused"));
    assert!(is_refused(tell(strict.header("x-budget-ms")), "header"));

    let start = now();
    let seen = layer.layer(handler(100)).oneshot(asks(2000)).await.unwrap();
    assert_eq!(seen, Some(Deadline::after(start, ms(900))));
    assert_eq!(layer.layer(handler(100)).oneshot(plain()).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn s_16_a_running_client_takes_a_new_margin_but_no_new_header() {
    let registry = Registry::new();
    let layer = PropagateDeadlineLayer::named("users").registry(&registry);
    let give_on = || async {
        let context = Context::new().with_deadline(Deadline::after(now(), ms(500)));
        let sent = context.scope(layer.layer(mirror()).oneshot(plain())).await.unwrap();
        sent[TIMEOUT_MS].to_str().unwrap().to_owned()
    };
    let tell = |config: PropagateDeadlineConfig| {
        registry.command("propagate_deadline", "users", &Command::reconfigure(config))
    };
    assert_eq!(give_on().await, "495");

    tell(PropagateDeadlineConfig::default().margin(ms(100))).unwrap();
    assert_eq!(give_on().await, "400");

    let other = PropagateDeadlineConfig::default().margin(ms(200)).header("x-budget-ms");
    assert!(is_refused(tell(other), "header"));
    assert_eq!(give_on().await, "400");
    assert_eq!(outcome(&registry, "completed"), 3.0);
}

#[tokio::test(start_paused = true)]
async fn s_9_all_services_of_one_server_layer_share_what_may_be_refused() {
    let registry = Registry::new();
    let layer = server(&registry, &DeadlineConfig::default().max_refused(0.5));
    let is_refused = async |layer: &DeadlineLayer| {
        let answer = layer.layer(handler(0)).oneshot(asks(0)).await;
        answer.is_err_and(|rejection| rejection.is(&EXPIRED))
    };
    assert_eq!([is_refused(&layer).await, is_refused(&layer).await], [false, true]);
    assert_eq!((registry.policies().len(), outcome(&registry, "refused")), (1, 1.0));

    let isolated = layer.isolated();
    assert_eq!([is_refused(&isolated).await, is_refused(&isolated).await], [false, false]);
}

#[tokio::test(start_paused = true)]
async fn s_9_all_services_of_one_client_layer_are_one_policy_unless_asked_otherwise() {
    let registry = Registry::new();
    let layer = PropagateDeadlineLayer::named("users").registry(&registry);
    for _ in 0..2 {
        layer.layer(mirror()).oneshot(plain()).await.unwrap();
    }
    assert_eq!((registry.policies().len(), outcome(&registry, "completed")), (1, 2.0));

    let isolated = layer.isolated();
    let (_one, _two) = (isolated.layer(mirror()), isolated.layer(mirror()));
    assert_eq!(registry.policies().len(), 2);
}

#[cfg(feature = "serde")]
#[test]
fn s_15_a_file_of_deadlines_is_read_and_what_it_does_not_know_is_refused() {
    let read = |text| toml::from_str::<DeadlineConfig>(text);
    let config = read("max = '10s'\nunless_given = '3s'\nmin_remaining = '20ms'").unwrap();
    let expected = DeadlineConfig::default().max(ms(10_000)).unless_given(ms(3000));
    assert_eq!(config, expected.min_remaining(ms(20)));
    let error = read("max = '10s'\nmaximum = '3s'").unwrap_err().to_string();
    assert!(error.contains("line 2") && error.contains("maximum"), "{error}");

    let client: PropagateDeadlineConfig = toml::from_str("margin = '20ms'").unwrap();
    assert_eq!(client, PropagateDeadlineConfig::default().margin(ms(20)));
    let error = toml::from_str::<PropagateDeadlineConfig>("margins = '20ms'").unwrap_err();
    assert!(error.to_string().contains("line 1"), "{error}");
}
