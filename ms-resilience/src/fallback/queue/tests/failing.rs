//! What becomes of an entry that cannot be delivered.

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ms_core::clock::{Instant, now};
use ms_core::rejection::{Reason, Rejection};
use ms_core::testing::probe::{Answer, ProbeError};
use ms_core::verdict::{Failure as Trouble, Verdict};

use super::super::QueueConfig;
use super::{Failure, Stand, ms, run, run_for};

const OPEN: Reason = Reason::unavailable("test", "circuit_open");

fn broken() -> Answer<(), Failure> {
    Answer::error(ProbeError::new("broken"))
}

/// Waits are from 500 ms to 1 s, then to 2 s, then to 4 s.
fn config() -> QueueConfig {
    QueueConfig::default().max_attempts(3).backoff_max(Duration::from_secs(4))
}

#[tokio::test(start_paused = true)]
async fn s_fb_3_a_worker_waits_longer_and_longer_while_it_fails_and_keeps_the_order() {
    let stand = Stand::new(&config().max_attempts(10));
    let calls: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let seen = Arc::clone(&calls);
    stand.handle.respond(move |_| {
        seen.lock().unwrap().push(now());
        broken()
    });
    stand.push(1).await;
    stand.push(2).await;
    let mut worker = pin!(stand.drain());
    run_for(worker.as_mut(), ms(11_500)).await; // at least five calls, at most nine
    let calls = calls.lock().unwrap().clone();
    let waits: Vec<_> = calls.windows(2).map(|two| two[1] - two[0]).collect();
    for (wait, whole) in waits.iter().zip([1000, 2000, 4000, 4000, 4000, 4000, 4000, 4000]) {
        assert!((ms(whole / 2)..=ms(whole + 1)).contains(wait), "{waits:?}");
    }
    assert!(waits.len() >= 4 && stand.handle.requests().iter().all(|number| *number == 1));

    stand.handle.respond(|_| Answer::ready(()));
    run_for(worker.as_mut(), ms(4001)).await;
    assert_eq!(stand.counts(), (0, 0));
    assert!(stand.handle.requests().ends_with(&[1, 1, 2]));
}

#[tokio::test(start_paused = true)]
async fn s_fb_3_a_poisoned_entry_is_set_aside_and_the_others_are_delivered() {
    let stand = Stand::new(&config());
    stand.handle.respond(|number| if number == 1 { broken() } else { Answer::ready(()) });
    let poisoned = stand.push(1).await;
    stand.push(2).await;
    run_for(pin!(stand.drain()), ms(60_000)).await;
    assert_eq!((stand.handle.requests(), stand.counts()), (vec![1, 1, 1, 2], (0, 1)));
    let aside = stand.queue.aside();
    assert_eq!((aside[0].id, aside[0].attempts, aside[0].entry.len()), (poisoned, 3, 4));
    assert_eq!(format!("{:?}", aside[0]), "Aside { id: 0, attempts: 3, bytes: 4 }");
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_was_set_aside_can_be_put_back_in_its_place_or_discarded() {
    let stand = Stand::new(&config());
    stand.handle.respond(|number| if number < 3 { broken() } else { Answer::ready(()) });
    let ids = [stand.push(1).await, stand.push(2).await];
    run_for(pin!(stand.drain()), ms(60_000)).await;
    assert_eq!((stand.counts(), stand.handle.take_requests().len()), ((0, 2), 6));

    stand.handle.respond(|_| Answer::ready(()));
    stand.push(3).await;
    let mut worker = pin!(stand.drain());
    stand.queue.put_back(ids[0]).unwrap().await.unwrap();
    stand.queue.discard(ids[1]).unwrap().await.unwrap();
    assert!(stand.queue.put_back(ids[1]).is_none());
    run(worker.as_mut());
    assert_eq!((stand.handle.requests(), stand.counts()), (vec![1, 3], (0, 0)));
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_waits_is_woken_by_an_entry_that_is_put_back() {
    let stand = Stand::new(&config().max_attempts(1));
    stand.handle.respond(|_| broken());
    let id = stand.push(1).await;
    let mut worker = pin!(stand.drain());
    run_for(worker.as_mut(), ms(60_000)).await;
    assert_eq!(stand.counts(), (0, 1));
    stand.handle.respond(|_| Answer::ready(()));
    let wakes = ms_core::testing::wakes::Wakes::new();
    assert!(wakes.poll(worker.as_mut()).is_pending());
    drop(stand.queue.put_back(id));
    assert_eq!(wakes.count(), 1);
    run(worker);
    assert_eq!(stand.counts(), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn what_can_never_be_delivered_is_set_aside_at_once() {
    let stand = Stand::new(&config());
    stand.push(1).await;
    stand.queue.push(b"no number".to_vec()).await.unwrap();
    stand.push(2).await;
    let refuses = |outcome: Result<&(), &Failure>| match outcome {
        Ok(()) => Verdict::Success,
        Err(_) => Trouble::FINAL.into(),
    };
    stand.handle.respond(|number| if number == 1 { broken() } else { Answer::ready(()) });
    run(pin!(stand.queue.drain(stand.inner.clone(), refuses)));
    assert_eq!((stand.handle.requests(), stand.counts()), (vec![1, 2], (0, 2)));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_the_fault_of_an_entry_does_not_count_against_it() {
    let stand = Stand::new(&config().max_attempts(1));
    stand.push(1).await;
    let judges = |outcome: Result<&(), &Failure>| match outcome {
        Ok(()) => Verdict::Success,
        Err(Failure::Service(error)) if error.to_string() == "no connection" => {
            Trouble::NEVER_SENT.into()
        }
        Err(Failure::Service(error)) if error.to_string() == "too much to do" => {
            Trouble::IF_SAFE.overloaded().into()
        }
        Err(_) => Verdict::Neutral,
    };
    let mut worker = pin!(stand.queue.drain(stand.inner.clone(), judges));
    for trouble in ["no connection", "too much to do", "who knows"] {
        stand.handle.respond(move |_| Answer::error(ProbeError::new(trouble)));
        run_for(worker.as_mut(), ms(60_000)).await;
    }
    stand.handle.respond(|_| Answer::error(Rejection::new(&OPEN, "inside")));
    run_for(worker.as_mut(), ms(60_000)).await;
    stand.handle.fail_readiness(|| Failure::Service(ProbeError::new("not now")));
    run_for(worker.as_mut(), ms(60_000)).await;
    assert_eq!(stand.counts(), (1, 0));

    stand.handle.ready();
    stand.handle.respond(|_| Answer::ready(()));
    run_for(worker.as_mut(), ms(60_000)).await;
    assert_eq!(stand.counts(), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn s_rt_3_a_worker_waits_as_long_as_the_peer_asks() {
    let stand = Stand::new(&config());
    stand.push(1).await;
    stand.handle.respond(|_| {
        Answer::error(Rejection::new(&OPEN, "inside").retry_after(Duration::from_secs(3)))
    });
    let mut worker = pin!(stand.drain());
    run_for(worker.as_mut(), ms(2999)).await;
    assert_eq!(stand.handle.seen().calls, 1);
    run_for(worker.as_mut(), ms(2)).await;
    assert_eq!(stand.handle.seen().calls, 2);
}
