//! What an observer sees.

use ms_core::clock::sleep;
use ms_core::registry::{Field, Heard, Registry};
use ms_core::repeat::NotRepeatable;
use ms_core::testing::reading::value;
use ms_core::testing::recorder::Recorder;
use ms_core::verdict::Failure;

use super::super::{
    ATTEMPTS, BUDGET_LIMIT, BUDGET_REFUSED, BUDGET_SPENT, BUDGET_TOKENS, DELAY, RetryConfig,
    RetryLayer,
};
use super::{End, OUTCOMES, ms, rich, stand};
use crate::budget::{BudgetConfig, Funded};

const FAILS: End = End::Fails(Failure::IF_SAFE);

#[tokio::test(start_paused = true)]
async fn every_call_is_counted_once_by_how_it_ended() {
    let script = [End::Answer, FAILS, End::Answer, End::Fails(Failure::FINAL), FAILS, FAILS, FAILS];
    let stand = stand(&rich(), script);
    assert_eq!(OUTCOMES.map(|outcome| stand.count(outcome)), [0.0; 9]);
    for _ in 0..5 {
        let _ = stand.call(2).await;
    }
    let counts = OUTCOMES.map(|outcome| stand.count(outcome));
    assert_eq!(counts, [2.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
}

#[tokio::test(start_paused = true)]
async fn attempts_pauses_and_the_budget_can_be_read() {
    let stand = stand(&rich().attempts(6), [FAILS; 6]);
    let _ = stand.call(2).await;
    let read = |metric: &ms_core::registry::Metric| value(&stand.registry, metric.name(), &[]);
    let attempts = |number| value(&stand.registry, ATTEMPTS.name(), &[("attempt", number)]);
    assert_eq!(["2", "3", "4+"].map(attempts), [Some(1.0), Some(1.0), Some(3.0)]);
    assert_eq!(read(&DELAY), Some(5.0));
    assert_eq!((read(&BUDGET_TOKENS), read(&BUDGET_LIMIT)), (Some(5.0), Some(10.0)));
    assert_eq!((read(&BUDGET_SPENT), read(&BUDGET_REFUSED)), (Some(5.0), Some(0.0)));
}

#[test]
fn a_budget_without_a_limit_has_no_gauges() {
    let stand = stand(&rich().budget(BudgetConfig::Unlimited), []);
    let read = |metric: &ms_core::registry::Metric| value(&stand.registry, metric.name(), &[]);
    assert_eq!((read(&BUDGET_TOKENS), read(&BUDGET_LIMIT)), (None, None));
    assert_eq!(read(&BUDGET_SPENT), Some(0.0));
}

#[tokio::test(start_paused = true)]
async fn s_13_many_retries_are_one_event_a_second_and_none_is_lost() {
    let stand = stand(&rich().budget(BudgetConfig::Unlimited), [FAILS; 99]);
    let mut events = stand.retry.subscribe();
    let recorder = Recorder::start();
    for _ in 0..3 {
        let _ = stand.call(2).await;
    }
    sleep(ms(2_000)).await;
    let _ = stand.call(2).await;
    let mut told = Vec::new();
    while let Some(Heard::Event(event)) = events.try_next() {
        if event.what == "retried" {
            told.push(event.field("count").cloned().unwrap());
        }
    }
    assert_eq!(told, [Field::Count(1), Field::Count(6)]);
    let traced = recorder.events("ms::retry");
    let first = traced.iter().find(|event| event.message() == "trying again").unwrap();
    let fields = ["policy", "attempt", "pause"].map(|name| first.field(name));
    assert_eq!(fields, [Some("users"), Some("2"), Some("100ms")]);
}

#[tokio::test(start_paused = true)]
async fn s_rt_6_why_a_call_was_not_tried_again_is_told() {
    let poor = RetryConfig::default().budget(Funded::default().start(0.0));
    for (config, why, id, told) in [
        (rich(), None, 2, Some("attempts")),
        (rich(), Some(NotRepeatable::TooLarge), 2, Some("committed")),
        (rich(), None, 3, Some("unsafe")),
        (poor, None, 2, Some("budget")),
        (rich().attempts(1), None, 2, None),
    ] {
        let stand = stand(&config, [FAILS; 9]);
        stand.requests.refuse(why);
        let mut events = stand.retry.subscribe();
        let _ = stand.call(id).await;
        let mut last = None;
        while let Some(Heard::Event(event)) = events.try_next() {
            last = if event.what == "gave_up" { event.field("last").cloned() } else { last };
        }
        assert_eq!(last, told.map(Field::Word));
    }
}

#[test]
fn a_policy_that_nobody_wired_up_is_in_the_global_registry() {
    let layer = RetryLayer::named("seen-without-wiring");
    let policy = Registry::global().get("retry", "seen-without-wiring").unwrap();
    let described = "retry seen-without-wiring: 3 attempts, pauses from 50ms to 2s";
    assert_eq!(policy.described().to_string(), described);
    assert_eq!(format!("{:?}", layer.handle()), described);
}
