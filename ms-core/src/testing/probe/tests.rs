//! A probe does what its script says, and counts right.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::task::yield_now;
use tower::{Service, ServiceExt};

use super::answer::{Answer, PANIC_IN_CALL, PANIC_IN_POLL};
use super::error::ProbeError;
use super::handle::ProbeHandle;
use super::service::Probe;
use crate::clock::now;
use crate::error::Error;
use crate::testing::wakes::Wakes;

fn echo() -> (Probe<u32, u32>, ProbeHandle<u32, u32>) {
    Probe::new(|n: u32| Answer::ready(n))
}

#[test]
fn a_call_without_readiness_is_answered_and_counted() {
    let (mut probe, handle) = echo();
    drop(probe.call(1));
    let seen = handle.seen();
    assert_eq!((seen.calls, seen.unready_calls, seen.dropped, seen.in_flight), (1, 1, 1, 0));
}

#[test]
fn readiness_is_spent_by_a_call_and_is_not_cloned() {
    let (mut probe, handle) = echo();
    let wakes = Wakes::new();
    assert!(wakes.poll_ready::<_, u32>(&mut probe).is_ready());
    drop(probe.clone().call(1));
    drop(probe.call(2));
    drop(probe.call(3));
    assert_eq!((handle.seen().calls, handle.seen().unready_calls), (3, 2));
}

#[test]
fn a_ready_instance_reserves_what_another_needs_until_it_is_dropped() {
    let (mut first, handle) = echo();
    handle.limit(1);
    let (mut second, wakes) = (first.clone(), Wakes::new());
    assert!(wakes.poll_ready::<_, u32>(&mut first).is_ready());
    assert!(wakes.poll_ready::<_, u32>(&mut first).is_ready(), "it has a permit");
    assert!(wakes.poll_ready::<_, u32>(&mut second).is_pending());
    assert_eq!((handle.seen().idle_ready, handle.seen().waiting_ready), (1, 1));

    drop(first);
    assert_eq!((wakes.count(), handle.seen().idle_ready, handle.seen().alive), (1, 0, 1));
    assert!(wakes.poll_ready::<_, u32>(&mut second).is_ready());
}

#[test]
fn a_call_in_flight_keeps_its_permit_until_it_ends() {
    let (mut probe, handle) = Probe::new(|n: u32| Answer::ready(n).held());
    handle.limit(1);
    let wakes = Wakes::new();
    assert!(wakes.poll_ready::<_, u32>(&mut probe).is_ready());
    let mut future = pin!(probe.call(7));
    assert!(wakes.poll(future.as_mut()).is_pending());
    assert!(wakes.poll_ready::<_, u32>(&mut probe).is_pending());

    handle.release(1);
    assert!(matches!(wakes.poll(future.as_mut()), Poll::Ready(Ok(7))));
    assert!(wakes.poll_ready::<_, u32>(&mut probe).is_ready());
}

#[test]
fn a_readiness_error_comes_once_or_until_it_is_repaired() {
    let (mut probe, handle) = echo();
    let wakes = Wakes::new();
    let mut fails = || matches!(wakes.poll_ready::<_, u32>(&mut probe), Poll::Ready(Err(_)));

    handle.fail_readiness_once(ProbeError::new("once"));
    assert_eq!([fails(), fails()], [true, false]);
    handle.fail_readiness(|| Error::Service(ProbeError::new("for ever")));
    assert_eq!([fails(), fails()], [true, true]);
    handle.ready();
    assert!(!fails());
}

#[test]
fn held_answers_are_released_one_by_one_or_all_at_once() {
    let (mut probe, handle) = Probe::new(|n: u32| Answer::ready(n).held());
    let mut futures: Vec<_> = (0..3).map(|n| Box::pin(probe.call(n))).collect();
    let wakes = Wakes::new();
    let mut finish = || {
        let polls = futures.iter_mut().map(|future| wakes.poll(future.as_mut()).is_ready());
        let finished = polls.collect::<Vec<_>>();
        futures.retain(|future| !format!("{future:?}").contains("answered: true"));
        finished
    };

    assert_eq!(finish(), [false, false, false]);
    handle.release(1);
    assert_eq!(finish(), [true, false, false]);
    handle.release_all();
    assert_eq!(finish(), [true, true]);
    assert_eq!((handle.seen().peak, handle.seen().in_flight, wakes.count()), (3, 0, 5));
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_counts_from_the_call() {
    let (mut probe, handle) = echo();
    handle.respond(|n| Answer::ready(n).after(Duration::from_secs(3)));
    let (start, future) = (now(), probe.call(1));
    crate::clock::sleep(Duration::from_secs(2)).await;
    assert_eq!(future.await.ok(), Some(1));
    assert_eq!((now() - start).as_secs(), 3);
}

#[test]
fn an_answer_after_polls_wakes_for_each() {
    let (mut probe, handle) = Probe::new(|n: u32| Answer::ready(n).after_polls(2));
    let (mut future, wakes) = (pin!(probe.call(1)), Wakes::new());
    assert!(wakes.poll(future.as_mut()).is_pending());
    assert!(wakes.poll(future.as_mut()).is_pending());
    assert!(wakes.poll(future.as_mut()).is_ready());
    assert_eq!((wakes.count(), handle.seen().polls), (2, 3));
}

#[tokio::test]
async fn panics_are_counted_and_leave_the_probe_usable() {
    let (probe, handle) = Probe::new(|n: u32| match n {
        0 => Answer::panic_in_call(),
        1 => Answer::panic_in_poll(),
        _ => Answer::ready(n),
    });
    handle.limit(1);
    for (request, text) in [(0, PANIC_IN_CALL), (1, PANIC_IN_POLL)] {
        let panic = tokio::spawn(probe.clone().oneshot(request)).await.unwrap_err().into_panic();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&text));
    }
    assert_eq!(probe.oneshot(2).await.ok(), Some(2));
    assert_eq!((handle.seen().panics, handle.seen().in_flight), (2, 0));
}

#[tokio::test]
async fn a_call_that_never_answers_is_dropped_unfinished() {
    let (probe, handle) = Probe::new(|_: u32| Answer::<u32, _>::never());
    let task = tokio::spawn(probe.oneshot(1));
    yield_now().await;
    assert_eq!((handle.seen().in_flight, handle.seen().waiting_answers), (1, 1));
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!((handle.seen().in_flight, handle.seen().dropped), (0, 1));
}

#[cfg(feature = "http")]
#[tokio::test]
async fn http_requests_are_recorded_like_any_other() {
    let (probe, handle) = Probe::new(|request: http::Request<String>| {
        Answer::ready(http::Response::new(request.into_body().len()))
    });
    let response = probe.oneshot(http::Request::new("four".to_owned())).await.unwrap();
    assert_eq!(*response.body(), 4);
    assert_eq!(handle.take_requests()[0].body(), "four");
    assert!(handle.requests().is_empty());
}
