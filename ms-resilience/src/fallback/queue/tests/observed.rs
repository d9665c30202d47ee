//! What an observer sees.

use std::pin::pin;

use ms_core::registry::{Heard, Registry};
use ms_core::testing::probe::{Answer, ProbeError};
use ms_core::testing::reading::value;
use ms_core::testing::recorder::Recorder;

use super::super::{ASIDE, ATTEMPTS, BYTES, ENTRIES, MemoryStore, Queue, QueueConfig, WAITING};
use super::{Stand, ms, numbers, run_for};

#[tokio::test(start_paused = true)]
async fn every_entry_is_counted_by_what_became_of_it() {
    let stand = Stand::new(&QueueConfig::default().max_entries(3).max_attempts(2));
    for number in 1..=3 {
        stand.push(number).await;
    }
    stand.queue.push(vec![]).await.unwrap_err();
    stand.handle.respond(|number| match number {
        1 => Answer::error(ProbeError::new("broken")),
        _ => Answer::ready(()),
    });
    run_for(pin!(stand.drain()), ms(60_000)).await;
    drop(stand.queue.push(vec![]));
    stand.push(4).await;

    let read =
        |metric: &'static str, outcome| value(&stand.registry, metric, &[("outcome", outcome)]);
    let entries = ["accepted", "refused", "withdrawn", "delivered", "set_aside"];
    let entries = entries.map(|outcome| read(ENTRIES.name(), outcome).unwrap());
    assert_eq!(entries, [4.0, 1.0, 1.0, 2.0, 1.0]);
    let attempts = ["delivered", "failed", "excused"];
    let attempts = attempts.map(|outcome| read(ATTEMPTS.name(), outcome).unwrap());
    assert_eq!(attempts, [2.0, 2.0, 0.0]);
    let gauges = [&WAITING, &ASIDE, &BYTES];
    let gauges = gauges.map(|metric| value(&stand.registry, metric.name(), &[]).unwrap());
    assert_eq!(gauges, [1.0, 1.0, 8.0]);
}

#[tokio::test(start_paused = true)]
async fn s_13_an_entry_that_is_set_aside_and_a_worker_that_is_stuck_are_told_of() {
    let recorder = Recorder::start();
    let stand = Stand::new(&QueueConfig::default().max_attempts(2));
    let mut events = stand.queue.subscribe();
    stand.push(1).await;
    stand.handle.respond(|_| Answer::error(ProbeError::new("broken")));
    run_for(pin!(stand.drain()), ms(1001)).await;
    let told: Vec<_> = std::iter::from_fn(|| events.try_next())
        .map(|heard| match heard {
            Heard::Event(event) => event.to_string(),
            Heard::Missed(_) => panic!("it kept up"),
        })
        .collect();
    let stuck = "fallback_queue orders stuck count=1 waiting=1 reason=failure";
    let aside = "fallback_queue orders set_aside id=0 attempts=2 reason=failure";
    assert_eq!(told, [stuck, aside]);
    assert_eq!(recorder.events("ms::fallback_queue").len(), 2);
}

#[test]
fn a_queue_that_nobody_wired_up_is_in_the_global_registry() {
    let config = QueueConfig::default();
    let queue = Queue::new("seen-without-wiring", MemoryStore, numbers(), &config).unwrap();
    let policy = Registry::global().get("fallback_queue", "seen-without-wiring").unwrap();
    let described =
        "fallback_queue seen-without-wiring: 10000 entries, 67108864 bytes, 10 attempts";
    assert_eq!(policy.described().to_string(), described);
    assert_eq!(format!("{queue:?}"), described);
    assert_eq!(queue.name().as_str(), "seen-without-wiring");
}
