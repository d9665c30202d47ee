//! What an observer sees.

use ms_core::clock::sleep;
use ms_core::registry::{Field, Heard, Registry};
use ms_core::testing::reading::value;
use ms_core::testing::recorder::Recorder;

use super::super::{
    BulkheadConfig, BulkheadLayer, CALLS, IN_FLIGHT, LIMIT, WAIT_DURATION, WAITING,
};
use super::{Stand, ms, queue_of, result};

const OUTCOMES: [&str; 4] = ["accepted", "rejected_full", "rejected_wait", "cancelled"];

fn outcomes(registry: &Registry) -> [f64; 4] {
    OUTCOMES.map(|outcome| value(registry, CALLS.name(), &[("outcome", outcome)]).unwrap())
}

fn gauges(registry: &Registry) -> [f64; 4] {
    [IN_FLIGHT, WAITING, LIMIT, WAIT_DURATION]
        .map(|metric| value(registry, metric.name(), &[]).unwrap())
}

#[tokio::test(start_paused = true)]
async fn every_call_is_counted_once_by_what_became_of_it() {
    let mut stand = queue_of(1);
    assert_eq!(outcomes(&stand.registry), [0.0; 4]);

    let first = stand.pending(1);
    let second = stand.pending(2);
    result(&mut stand.call(3)).unwrap_err();
    drop(second);
    let third = stand.call(3);
    third.await.unwrap_err();
    let mut last = stand.pending(4);
    drop(first);
    stand.inner.release_all();
    result(&mut last).unwrap();

    assert_eq!(outcomes(&stand.registry), [2.0, 1.0, 1.0, 1.0]);
    assert_eq!(gauges(&stand.registry), [0.0, 0.0, 1.0, 3.0]);
}

#[tokio::test(start_paused = true)]
async fn s_5_a_caller_that_goes_away_while_it_waits_is_cancelled_and_not_rejected() {
    let mut stand = queue_of(2);
    let first = stand.pending(1);
    let (waiting, given) = (stand.pending(2), stand.pending(3));
    sleep(ms(50)).await;
    drop(waiting);
    drop(first); // its place goes to the other, which never hears of it
    drop(given);
    assert_eq!(outcomes(&stand.registry), [1.0, 0.0, 0.0, 2.0]);
    assert_eq!(stand.counts(), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn what_is_in_and_what_waits_can_be_read_at_any_moment() {
    let mut stand = queue_of(5);
    let _calls: Vec<_> = (0..4).map(|request| stand.pending(request)).collect();
    assert_eq!(gauges(&stand.registry), [1.0, 3.0, 1.0, 0.0]);
    stand.handle.resize(7).unwrap();
    assert_eq!(gauges(&stand.registry)[..3], [4.0, 0.0, 7.0]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_measured_from_the_call_to_the_place() {
    let mut stand = queue_of(1);
    let first = stand.pending(1);
    let mut second = stand.pending(2);
    sleep(ms(40)).await;
    drop(first);
    stand.inner.release_all();
    result(&mut second).unwrap();
    let readings = stand.registry.readings();
    let waits = readings.iter().find(|reading| reading.is(WAIT_DURATION.name(), &[])).unwrap();
    let ms_core::registry::Value::Histogram(waits) = &waits.value else { panic!("{waits:?}") };
    assert_eq!((waits.count(), waits.sum), (1, 0.04));
}

#[tokio::test(start_paused = true)]
async fn s_13_many_rejections_are_one_event_a_second_and_none_is_lost() {
    let recorder = Recorder::start();
    let mut stand = Stand::new(&BulkheadConfig::new(1));
    let mut events = stand.registry.subscribe();
    let _first = stand.pending(0);
    for request in 0..100 {
        result(&mut stand.call(request)).unwrap_err();
    }
    sleep(ms(2000)).await;
    result(&mut stand.call(0)).unwrap_err();

    let counts: Vec<_> = std::iter::from_fn(|| events.try_next())
        .filter_map(|heard| match heard {
            Heard::Event(event) if event.what == "rejected" => event.field("count").cloned(),
            _ => None,
        })
        .collect();
    assert_eq!(counts, [Field::Count(1), Field::Count(100)]);
    let told = recorder.events("ms::bulkhead");
    assert_eq!(told.len(), 2);
    let fields = ["policy", "count", "last", "limit"].map(|name| told[1].field(name));
    assert_eq!(fields, [Some("users"), Some("100"), Some("bulkhead_full"), Some("1")]);
}

#[test]
fn a_new_limit_is_an_event_and_the_same_one_is_not() {
    let stand = queue_of(1);
    let mut events = stand.registry.subscribe();
    stand.handle.resize(1).unwrap();
    assert!(events.try_next().is_none());
    stand.handle.resize(4).unwrap();
    let Some(Heard::Event(event)) = events.try_next() else { panic!("nothing was said") };
    assert_eq!(event.to_string(), "bulkhead users resized from=1 to=4");
}

#[tokio::test(start_paused = true)]
async fn a_rejection_says_which_bulkhead_and_how_full_it_was() {
    let mut stand = queue_of(1);
    let _calls = [stand.pending(1)];
    let waited = stand.call(2).await.unwrap_err();
    let said = "bulkhead `users`: no place became free in time \
                (limit 1, in_flight 1, waiting 0, waited_ms 100)";
    assert_eq!(waited.to_string(), said);

    let _waiting = stand.pending(3);
    let full = result(&mut stand.call(4)).unwrap_err();
    let said = "bulkhead `users`: all places are taken (limit 1, in_flight 1, waiting 1)";
    assert_eq!(full.to_string(), said);

    stand.handle.resize(0).unwrap();
    let closed = result(&mut stand.call(5)).unwrap_err();
    assert_eq!(closed.to_string(), "bulkhead `users`: closed");
}

#[test]
fn a_bulkhead_that_nobody_wired_up_is_in_the_global_registry() {
    let layer = BulkheadLayer::named("seen-without-wiring");
    let describe = || {
        let policy = Registry::global().get("bulkhead", "seen-without-wiring").unwrap();
        policy.described().to_string()
    };
    assert_eq!(describe(), "bulkhead seen-without-wiring: 100 at a time");
    layer.handle().reconfigure(&BulkheadConfig::new(9).max_queue(2)).unwrap();
    assert_eq!(describe(), "bulkhead seen-without-wiring: 9 at a time, 2 wait up to 100ms");
    layer.handle().resize(0).unwrap();
    assert_eq!(describe(), "bulkhead seen-without-wiring: closed");
    assert_eq!(format!("{:?}", layer.handle()), describe());
}
