//! What an observer sees.

use ms_core::clock::sleep;
use ms_core::registry::{Command, Field, Heard, Registry};
use ms_core::testing::reading::value;
use ms_core::testing::recorder::Recorder;

use super::super::super::FallbackLayer;
use super::super::{CacheConfig, CacheLayer, Copies, ENTRIES, EVICTIONS, WAITING, WEIGHT};
use super::{Stand, broken, ms};

#[tokio::test(start_paused = true)]
async fn s_17_what_is_kept_can_be_read_and_what_went() {
    let mut stand = Stand::new(&CacheConfig::default().max_entries(2).max_age(ms(1000)));
    for request in 1..=3 {
        stand.call(request).await.unwrap();
    }
    let read = |stand: &Stand| {
        [&ENTRIES, &WEIGHT, &WAITING]
            .map(|metric| value(&stand.registry, metric.name(), &[]).unwrap())
    };
    let gone = |stand: &Stand, reason| {
        value(&stand.registry, EVICTIONS.name(), &[("reason", reason)]).unwrap()
    };
    assert_eq!(read(&stand), [2.0, 8.0, 0.0]);
    assert_eq!((gone(&stand, "crowded"), gone(&stand, "old")), (1.0, 0.0));

    sleep(ms(1001)).await;
    assert_eq!(read(&stand), [0.0, 0.0, 0.0]); // who looks lets go what is too old
    assert_eq!((gone(&stand, "crowded"), gone(&stand, "old")), (1.0, 2.0));
}

#[tokio::test(start_paused = true)]
async fn s_13_many_older_answers_are_one_event_a_second_and_none_is_lost() {
    let recorder = Recorder::start();
    let mut stand = Stand::new(&CacheConfig::default());
    stand.call(7).await.unwrap();
    stand.inner.respond(|_| broken());
    let mut events = stand.cache().subscribe();
    for _ in 0..100 {
        stand.call(7).await.unwrap();
    }
    stand.call(8).await.unwrap_err();
    sleep(ms(2000)).await;
    stand.call(7).await.unwrap();
    let told: Vec<_> = std::iter::from_fn(|| events.try_next())
        .map(|heard| match heard {
            Heard::Event(event) => (event.what, event.field("count").cloned()),
            Heard::Missed(_) => panic!("it kept up"),
        })
        .collect();
    let count = |count| Some(Field::Count(count));
    assert_eq!(told, [("degraded", count(1)), ("no_answer", count(1)), ("degraded", count(100))]);
    assert_eq!(recorder.events("ms::fallback").len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_cache_can_be_emptied_by_its_handle_and_by_a_command() {
    let mut stand = Stand::new(&CacheConfig::default());
    for reset in [true, false] {
        stand.call(7).await.unwrap();
        assert_eq!(stand.cache().snapshot().entries, 1);
        if reset {
            stand.registry.command("fallback_cache", "users", &Command::Reset).unwrap();
        } else {
            stand.cache().clear();
        }
        assert_eq!((stand.cache().snapshot().entries, stand.cache().snapshot().weight), (0, 0));
    }
}

#[test]
fn a_cache_that_nobody_wired_up_is_in_the_global_registry() {
    let layer: CacheLayer<_, _, u32, Copies> =
        FallbackLayer::cached("seen-without-wiring", |request: &u32| Some(*request));
    let policy = Registry::global().get("fallback_cache", "seen-without-wiring").unwrap();
    let described = "fallback_cache seen-without-wiring: 1000 answers for 300s";
    assert_eq!(policy.described().to_string(), described);
    let fresh = CacheConfig::default().fresh_for(ms(500));
    layer.handle().reconfigure(&fresh).unwrap();
    assert_eq!(format!("{:?}", layer.handle()), format!("{described}, fresh for 500ms"));
    assert_eq!(layer.handle().name().as_str(), "seen-without-wiring");
}
