//! Settings, given and changed.

use std::time::Duration;

use ms_core::registry::{Command, CommandError, Registry};
use ms_core::rejection::Rejection;
use ms_core::testing::probe::{Answer, Probe};
use ms_core::verdict::Failure;
use tower::Layer;

use super::super::{RetryConfig, RetryLayer};
use super::{End, ms, rich, stand};
use crate::budget::{Budget, BudgetConfig, Funded};
use crate::schedule::Backoff;

const FAILS: End = End::Fails(Failure::IF_SAFE);

#[test]
fn s_rt_4_the_defaults_are_those_of_the_docs() {
    let RetryConfig { attempts, longest_hint, keep, retry_rejections, backoff, budget } =
        RetryConfig::default();
    assert_eq!((attempts, longest_hint), (3, Duration::from_secs(30)));
    assert_eq!((keep, retry_rejections), (64 * 1024, false));
    assert_eq!((backoff, budget), (Backoff::default(), BudgetConfig::default()));
    assert_eq!(RetryLayer::named("users").handle().config(), RetryConfig::default());
}

#[test]
fn s_15_settings_that_make_no_sense_are_refused_by_name() {
    let good = RetryConfig::default();
    let bad = [
        (good.clone().attempts(0), "attempts"),
        (good.clone().backoff(Backoff::exponential(Duration::ZERO)), "backoff.base"),
        (good.clone().budget(Funded::default().cap(0.0)), "budget.funded.cap"),
    ];
    for (config, field) in bad {
        assert_eq!(RetryLayer::new("users", &config).unwrap_err().field(), field);
    }
    assert!(
        good.attempts(u32::MAX).keep(usize::MAX).longest_hint(Duration::MAX).validate().is_ok()
    );
}

#[cfg(feature = "serde")]
#[test]
fn s_15_a_file_is_read_and_what_it_does_not_know_is_refused_with_its_line() {
    let read = |text: &str| toml::from_str::<RetryConfig>(text);
    let text = "attempts = 4\nlongest_hint = '10s'\nkeep = 1024\nretry_rejections = true\n\
                [backoff]\nbase = '20ms'\n[budget.funded]\ncap = 50";
    let config = RetryConfig::default()
        .attempts(4)
        .longest_hint(ms(10_000))
        .keep(1024)
        .retry_rejections(true)
        .backoff(Backoff::exponential(ms(20)))
        .budget(Funded::default().cap(50.0));
    assert_eq!(read(text).unwrap(), config);
    let written = toml::to_string(&config).unwrap();
    assert_eq!(read(&written).unwrap(), config);
    assert_eq!(read("").unwrap(), RetryConfig::default());

    let said = read("attempts = 4\ntries = 3").unwrap_err().to_string();
    assert!(said.contains("line 2") && said.contains("tries"), "{said}");
    assert!(read("attempts = -1").is_err());
}

#[tokio::test(start_paused = true)]
async fn s_16_a_running_policy_takes_other_settings_and_keeps_its_budget_and_counts() {
    let stand = stand(&rich(), [FAILS; 99]);
    let _ = stand.call(2).await;
    let told = Command::reconfigure(RetryConfig::default().attempts(5));
    stand.registry.command("retry", "users", &told).unwrap();
    let _ = stand.call(2).await;
    assert_eq!((stand.seen().len(), stand.tokens()), (3 + 5, 4.0));
    assert_eq!(stand.count("attempts"), 2.0);

    stand.retry.reconfigure(&RetryConfig::default().attempts(1)).unwrap();
    let _ = stand.call(2).await;
    assert_eq!(stand.seen().len(), 3 + 5 + 1);
}

#[tokio::test(start_paused = true)]
async fn s_16_a_call_in_its_pause_heeds_that_there_are_fewer_attempts_now() {
    let stand = stand(&rich().attempts(9), [FAILS; 99]);
    let call = tokio::spawn(tower::ServiceExt::oneshot(stand.client.clone(), 2));
    ms_core::clock::sleep(ms(50)).await;
    stand.retry.reconfigure(&rich().attempts(1)).unwrap();
    call.await.unwrap().unwrap_err();
    assert_eq!((stand.seen().len(), stand.counted()), (2, vec!["attempts"]));
    assert!(stand.seen()[1].request.is_last);
}

#[tokio::test(start_paused = true)]
async fn s_16_a_call_that_began_with_one_attempt_stays_with_it() {
    let stand = stand(&rich().attempts(1), [FAILS; 99]);
    let call = tokio::spawn(tower::ServiceExt::oneshot(stand.client.clone(), 2));
    ms_core::clock::sleep(ms(5)).await;
    stand.retry.reconfigure(&rich().attempts(9)).unwrap();
    call.await.unwrap().unwrap_err();
    assert_eq!((stand.seen().len(), stand.counted()), (1, vec!["attempts"]));
}

#[test]
fn s_16_a_reload_that_is_refused_leaves_the_old_settings_in_force() {
    let stand = stand(&rich(), []);
    let before = stand.retry.config();
    let bad = Command::reconfigure(RetryConfig::default().attempts(0));
    let refused = stand.registry.command("retry", "users", &bad);
    assert!(matches!(refused, Err(CommandError::Refused(error)) if error.field() == "attempts"));
    let bad = RetryConfig::default().attempts(7).budget(Funded::default().start(99.0));
    assert_eq!(stand.retry.reconfigure(&bad).unwrap_err().field(), "budget.funded.start");
    assert_eq!(stand.retry.config(), before);
}

#[test]
fn a_budget_that_was_given_keeps_its_own_settings() {
    let budget = Budget::new(Funded::default().cap(20.0)).unwrap();
    let layer = RetryLayer::named("given").budget(budget.clone());
    layer.handle().reconfigure(&rich()).unwrap();
    assert_eq!(budget.snapshot().limit, 20.0);
    assert_eq!(layer.name("given-again").handle().budget().snapshot().limit, 20.0);
}

#[test]
fn s_9_all_services_of_one_layer_are_one_policy_unless_asked_otherwise() {
    let registry = Registry::new();
    let layer = RetryLayer::named("users").registry(&registry).plain(|_: &u32| true);
    let (probe, _) = Probe::<u32, u32, Rejection>::with_error(Answer::ready);
    let (one, two) = (layer.layer(probe.clone()), layer.layer(probe.clone()));
    one.handle().budget().draw().unwrap().fail();
    assert_eq!(two.handle().budget().snapshot().tokens, 0.0);
    assert_eq!(registry.policies().len(), 1);

    let isolated = layer.isolated();
    let (one, two) = (isolated.layer(probe.clone()), isolated.layer(probe));
    one.handle().budget().draw().unwrap().fail();
    let tokens = [&one, &two].map(|service| service.handle().budget().snapshot().tokens);
    assert_eq!(tokens, [0.0, 1.0]);
    let names = [&one, &two].map(|service| service.handle().name().to_string());
    assert_eq!(names, ["users#2", "users#3"]);
}
