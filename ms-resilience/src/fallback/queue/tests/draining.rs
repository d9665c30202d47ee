//! How what waits is delivered.

use std::pin::pin;

use ms_core::clock::sleep;
use ms_core::registry::Registry;
use ms_core::testing::probe::Answer;
use ms_core::testing::wakes::Wakes;
use ms_core::verdict::Errors;

use super::super::{Change, DrainError, Queue, QueueConfig};
use super::{Slow, Stand, ms, numbers, run};

#[tokio::test(start_paused = true)]
async fn s_fb_3_what_waits_is_delivered_in_order_and_is_done_then() {
    let stand = Stand::new(&QueueConfig::default());
    for number in 1..=5 {
        stand.push(number).await;
    }
    run(pin!(stand.drain()));
    assert_eq!((stand.handle.requests(), stand.counts()), (vec![1, 2, 3, 4, 5], (0, 0)));
    assert_eq!(stand.handle.seen().unready_calls, 0);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_waits_is_woken_by_the_next_entry() {
    let stand = Stand::new(&QueueConfig::default());
    let mut worker = pin!(stand.drain());
    let (old, wakes) = (Wakes::new(), Wakes::new());
    assert!(old.poll(worker.as_mut()).is_pending() && wakes.poll(worker.as_mut()).is_pending());
    stand.push(7).await;
    assert_eq!((old.count(), wakes.count()), (0, 1));
    run(worker);
    assert_eq!(stand.handle.requests(), [7]);
}

#[tokio::test(start_paused = true)]
async fn one_after_the_other_is_delivered_and_others_have_their_turn_between() {
    let stand = Stand::new(&QueueConfig::default());
    stand.handle.respond(|_| Answer::ready(()).held());
    for number in 1..=3 {
        stand.push(number).await;
    }
    let mut worker = pin!(stand.drain());
    run(worker.as_mut());
    assert_eq!(stand.handle.requests(), [1]);
    stand.handle.release_all();
    let wakes = Wakes::new();
    assert!(wakes.poll(worker.as_mut()).is_pending());
    assert_eq!((stand.handle.requests(), wakes.count()), (vec![1], 1));
    run(worker);
    assert_eq!(stand.handle.requests(), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn only_one_worker_delivers_at_a_time() {
    let stand = Stand::new(&QueueConfig::default());
    {
        let mut first = pin!(stand.drain());
        run(first.as_mut());
        assert!(matches!(stand.drain().await, DrainError::Busy));
        run(first);
    }
    stand.push(7).await;
    run(pin!(stand.drain()));
    assert_eq!(stand.handle.requests(), [7]);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_dropped_leaves_its_entry_for_the_next() {
    let stand = Stand::new(&QueueConfig::default());
    stand.handle.respond(|_| Answer::never());
    stand.push(7).await;
    {
        let mut worker = pin!(stand.drain());
        run(worker.as_mut());
        assert_eq!((stand.handle.seen().in_flight, stand.counts()), (1, (1, 0)));
    }
    assert_eq!(stand.handle.seen().in_flight, 0);
    // Stopped as often as it may fail: that is not its fault.
    for _ in 0..20 {
        run(pin!(stand.drain()));
    }
    stand.handle.respond(|_| Answer::ready(()));
    run(pin!(stand.drain()));
    assert_eq!((stand.handle.requests(), stand.counts()), (vec![7; 22], (0, 0)));
}

#[tokio::test(start_paused = true)]
async fn s_4_a_worker_that_panics_leaves_its_entry_and_the_attempt_counts() {
    let stand = Stand::new(&QueueConfig::default().max_attempts(2));
    stand.handle.respond(|number| match number {
        7 => Answer::panic_in_poll(),
        _ => Answer::ready(()),
    });
    stand.push(7).await;
    stand.push(8).await;
    for _ in 0..2 {
        assert!(tokio::spawn(stand.drain()).await.unwrap_err().is_panic());
        assert_eq!(stand.counts(), (2, 0));
    }
    // It took the worker with it as often as it may: nobody tries it again.
    run(pin!(stand.drain()));
    assert_eq!((stand.handle.requests(), stand.counts()), (vec![7, 7, 8], (0, 1)));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_is_taken_down_before_it_is_made_and_what_became_of_it_after() {
    let store = Slow::default();
    let config = QueueConfig::default();
    let queue =
        Queue::registered(&Registry::new(), "a", store.clone(), numbers(), &config).unwrap();
    store.open();
    queue.push(super::encode(&7).unwrap()).await.unwrap();
    let (inner, handle) = super::Probe::new(|_: u32| Answer::ready(()));
    run(pin!(queue.drain(inner, Errors)));
    assert_eq!(handle.requests(), [7]);
    let changes = [Change::Tried { id: 0, attempts: 1 }, Change::Done { id: 0 }];
    assert_eq!(store.changes()[1..], changes);
}

#[tokio::test(start_paused = true)]
async fn a_worker_ends_when_nothing_can_be_taken_down_any_more() {
    let store = Slow::default();
    let config = QueueConfig::default();
    let queue =
        Queue::registered(&Registry::new(), "a", store.clone(), numbers(), &config).unwrap();
    store.open();
    queue.push(super::encode(&7).unwrap()).await.unwrap();
    store.fail();
    let (inner, handle) = super::Probe::new(|_: u32| Answer::ready(()));
    let ended = queue.drain(inner.clone(), Errors).await;
    assert!(matches!(&ended, DrainError::Store(error) if error.to_string() == "the disk is gone"));
    assert_eq!((handle.seen().calls, queue.snapshot().waiting), (0, 1));
    // And another one may try.
    assert!(matches!(queue.drain(inner, Errors).await, DrainError::Store(_)));
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_is_discarded_while_it_waits_is_not_delivered() {
    let stand = Stand::new(&QueueConfig::default());
    let first = stand.push(1).await;
    stand.push(2).await;
    stand.queue.discard(first).unwrap().await.unwrap();
    assert!(stand.queue.discard(first).is_none());
    run(pin!(stand.drain()));
    assert_eq!(stand.handle.requests(), [2]);
}

#[tokio::test(start_paused = true)]
async fn s_10_a_worker_waits_for_the_service_to_become_ready() {
    let stand = Stand::new(&QueueConfig::default());
    stand.handle.not_ready();
    stand.push(7).await;
    let mut worker = pin!(stand.drain());
    run(worker.as_mut());
    sleep(ms(60_000)).await;
    stand.handle.ready();
    run(worker);
    assert_eq!((stand.handle.requests(), stand.handle.seen().unready_calls), (vec![7], 0));
}
