//! What an observer sees.

use ms_core::clock::sleep;
use ms_core::registry::{Field, Heard, Registry};
use ms_core::repeat::Plain;
use ms_core::testing::probe::{Answer, Probe};
use ms_core::testing::reading::value;
use ms_core::testing::recorder::Recorder;
use tower::{Layer, ServiceExt};

use super::super::{CALLS, Failed, FallbackLayer, IN_FLIGHT};
use super::{Failure, broken, count, flaky, ms};

#[tokio::test(start_paused = true)]
async fn s_fb_1_answers_are_counted_by_kind_and_outcome() {
    let registry = Registry::new();
    let (probe, _) = flaky();
    let answers = FallbackLayer::value("a", 7).registry(&registry);
    let (replica, _) = Probe::new(Answer::ready);
    let replica =
        FallbackLayer::service("b", replica, Plain::new(|_: &u32| true)).registry(&registry);
    for request in [0, 0, 1] {
        answers.layer(probe.clone()).oneshot(request).await.unwrap();
    }
    replica.layer(probe).oneshot(0).await.unwrap();

    let by = |by, outcome| value(&registry, CALLS.name(), &[("by", by), ("outcome", outcome)]);
    assert_eq!([by("value", "degraded"), by("value", "primary")], [Some(2.0), Some(1.0)]);
    assert_eq!([by("service", "degraded"), by("service", "primary")], [Some(1.0), Some(0.0)]);
    assert_eq!(value(&registry, IN_FLIGHT.name(), &[("by", "value")]), Some(0.0));
}

#[tokio::test(start_paused = true)]
async fn s_13_many_answers_are_one_event_a_second_and_none_is_lost() {
    let recorder = Recorder::start();
    let registry = Registry::new();
    let layer = FallbackLayer::value("users", 7).registry(&registry);
    let mut events = layer.handle().subscribe();
    let service = layer.layer(broken());
    for _ in 0..100 {
        service.clone().oneshot(1).await.unwrap();
    }
    sleep(ms(2000)).await;
    service.oneshot(1).await.unwrap();

    let counts: Vec<_> = std::iter::from_fn(|| events.try_next())
        .filter_map(|heard| match heard {
            Heard::Event(event) if event.what == "degraded" => event.field("count").cloned(),
            _ => None,
        })
        .collect();
    assert_eq!(counts, [Field::Count(1), Field::Count(100)]);
    let told = recorder.events("ms::fallback");
    let fields = ["policy", "count", "by", "reason"].map(|name| told[1].field(name));
    assert_eq!(fields, [Some("users"), Some("100"), Some("value"), Some("failure")]);
}

#[tokio::test(start_paused = true)]
async fn a_fallback_without_an_answer_is_told_of() {
    let registry = Registry::new();
    let none = |_: u32, failed: Failed<u32, Failure>| async move {
        drop(failed);
        Err(Failure::Service(ms_core::testing::probe::ProbeError::new("another one")))
    };
    let layer = FallbackLayer::with("users", none).registry(&registry);
    let mut events = layer.handle().subscribe();
    layer.layer(broken()).oneshot(1).await.unwrap_err();
    let Some(Heard::Event(event)) = events.try_next() else { panic!("nothing was said") };
    let said = "fallback users no_answer count=1 answer=no_answer reason=failure";
    assert_eq!(event.to_string(), said);
    assert_eq!(count(&registry, "no_answer"), 1.0);
}

#[test]
fn a_fallback_that_nobody_wired_up_is_in_the_global_registry() {
    let layer = FallbackLayer::value("seen-without-wiring", 7);
    let policy = Registry::global().get("fallback", "seen-without-wiring").unwrap();
    let described = "fallback seen-without-wiring: value, 100 at a time, for up to 1s";
    assert_eq!(policy.described().to_string(), described);
    assert_eq!(format!("{:?}", layer.handle()), described);
    let off = super::super::FallbackConfig::default().max_concurrent(0);
    layer.handle().reconfigure(&off).unwrap();
    let described = "fallback seen-without-wiring: value, switched off";
    assert_eq!(format!("{layer:?}"), format!("FallbackLayer({described})"));
}
