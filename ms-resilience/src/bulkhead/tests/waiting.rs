//! Who waits, for how long, and in which order.

use std::task::{Context as TaskContext, Waker};

use ms_core::clock::{later, now, sleep};
use ms_core::context::{Context, Criticality};
use ms_core::deadline::Deadline;
use ms_core::rejection::Rejection;
use ms_core::testing::probe::Answer;
use ms_core::testing::wakes::Wakes;
use tower::{Layer, Service, ServiceExt, service_fn};

use super::super::{BulkheadConfig, BulkheadLayer, DEADLINE, FULL, WAIT};
use super::{Stand, is, ms, poll, queue_of, result};

#[tokio::test(start_paused = true)]
async fn s_bh_1_as_many_wait_as_may_and_one_more_is_rejected() {
    let mut stand = queue_of(2);
    let _first = stand.pending(1);
    let _waiting = [stand.pending(2), stand.pending(3)];
    assert!(is(&result(&mut stand.call(4)), &FULL));
    assert_eq!(stand.counts(), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn s_bh_2_a_wait_that_is_over_says_so_and_at_its_moment() {
    let mut stand = queue_of(1);
    let _first = stand.pending(1);
    let start = now();
    let rejected = stand.call(2).await;
    assert!(is(&rejected, &WAIT));
    assert_eq!((now(), stand.counts()), (later(start, ms(100)), (1, 0)));
}

#[tokio::test(start_paused = true)]
async fn s_bh_2_the_wait_ends_at_the_deadline_if_that_is_nearer() {
    let mut stand = queue_of(1);
    let _first = stand.pending(1);
    let start = now();
    for (left, reason, waited) in [(30, &DEADLINE, 30), (300, &WAIT, 100)] {
        let begin = now();
        let mut context = Context::new().with_deadline(Deadline::after(begin, ms(left)));
        let call = context.enter(|| stand.call(2));
        assert!(is(&call.await, reason));
        assert_eq!(now(), later(begin, ms(waited)));
    }
    assert_eq!(now(), later(start, ms(130)));
}

#[tokio::test(start_paused = true)]
async fn s_bh_2_a_deadline_that_somebody_further_out_enforces_is_left_to_it() {
    let mut stand = queue_of(1);
    let _first = stand.pending(1);
    let deadline = Deadline::after(now(), ms(30));
    let mut guarded = Context::new().with_deadline(deadline).guarded();
    let call = guarded.enter(|| stand.call(2));
    assert!(is(&call.await, &WAIT));
}

#[tokio::test(start_paused = true)]
async fn s_bh_2_a_place_that_is_there_when_the_time_is_over_counts() {
    let mut stand = queue_of(1);
    let first = stand.pending(1);
    let mut second = stand.pending(2);
    sleep(ms(100)).await;
    drop(first);
    stand.inner.release_all();
    assert_eq!(result(&mut second).ok(), Some(2));
}

#[tokio::test(start_paused = true)]
async fn s_bh_2_a_call_whose_deadline_is_over_is_let_in_if_there_is_a_place() {
    let mut stand = queue_of(1);
    stand.inner.release_all();
    let mut over = Context::new().with_deadline(Deadline::at(now()));
    sleep(ms(10)).await;
    assert_eq!(over.enter(|| stand.call(1)).await.ok(), Some(1));
    stand.inner.respond(|_| Answer::never());
    let _first = stand.pending(2);
    let start = now();
    assert!(is(&over.enter(|| stand.call(3)).await, &DEADLINE));
    assert_eq!(now(), start);
}

#[tokio::test(start_paused = true)]
async fn s_bh_3_first_come_first_served_and_each_is_woken_once() {
    let mut stand = queue_of(10);
    let first = stand.pending(0);
    let mut waiting: Vec<_> = (1..=3).map(|request| stand.call(request)).collect();
    let wakes: Vec<_> = waiting.iter().map(|_| Wakes::new()).collect();
    // The order is that of the calls, whoever polls first.
    for (call, wakes) in waiting.iter_mut().zip(&wakes).rev() {
        assert!(wakes.poll(call.as_mut()).is_pending());
    }

    drop(first);
    for (call, request) in waiting.iter_mut().zip(1..) {
        let woken: Vec<_> = wakes.iter().map(Wakes::count).collect();
        assert_eq!(woken, [1, usize::from(request > 1), usize::from(request > 2)]);
        assert!(poll(call).is_pending());
        stand.inner.release(1);
        assert_eq!(result(call).ok(), Some(request));
    }
    assert_eq!((stand.inner.requests(), stand.counts()), (vec![0, 1, 2, 3], (0, 0)));
}

#[tokio::test(start_paused = true)]
async fn s_bh_3_nobody_overtakes_while_anybody_waits() {
    let mut stand = queue_of(1);
    let first = stand.pending(1);
    let mut second = stand.call(2); // waits, and was not polled yet
    drop(first);
    assert_eq!(stand.counts(), (1, 0)); // its place is kept for it
    let mut third = stand.call(3);
    assert!(poll(&mut third).is_pending());
    stand.inner.release_all();
    assert_eq!(result(&mut second).ok(), Some(2));
    assert_eq!(result(&mut third).ok(), Some(3));
}

#[tokio::test(start_paused = true)]
async fn s_11_a_waiter_that_is_dropped_leaves_the_queue_at_once() {
    let mut stand = queue_of(1);
    let _first = stand.pending(1);
    let second = stand.pending(2);
    drop(second);
    assert_eq!(stand.counts(), (1, 0));
    let _third = stand.pending(3);
}

#[tokio::test(start_paused = true)]
async fn s_11_a_waiter_that_is_dropped_passes_on_the_place_that_it_had_just_been_given() {
    let mut stand = queue_of(2);
    let first = stand.pending(1);
    let (second, mut third) = (stand.pending(2), stand.call(3));
    let wakes = Wakes::new();
    assert!(wakes.poll(third.as_mut()).is_pending());

    drop(first);
    assert_eq!((stand.counts(), wakes.count()), ((1, 1), 0));
    drop(second);
    assert_eq!((stand.counts(), wakes.count()), ((1, 0), 1));

    stand.inner.release_all();
    assert_eq!(result(&mut third).ok(), Some(3));
}

#[tokio::test(start_paused = true)]
async fn s_11_what_is_admitted_at_once_uses_what_was_made_ready_and_what_waits_a_clone() {
    let mut stand = queue_of(1);
    let first = stand.pending(1);
    assert_eq!(stand.inner.seen().clones, 0);
    let mut second = stand.pending(2);
    let seen = stand.inner.seen();
    assert_eq!((seen.clones, seen.idle_ready, seen.calls), (1, 1, 1));

    drop(first);
    stand.inner.release_all();
    assert_eq!(result(&mut second).ok(), Some(2));
    let seen = stand.inner.seen();
    assert_eq!((seen.idle_ready, seen.unready_calls), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn s_11_a_call_that_waits_does_not_occupy_the_readiness_of_the_service() {
    let mut stand = queue_of(1);
    stand.inner.limit(3);
    let first = stand.pending(1);
    let mut second = stand.pending(2);
    let mut other = stand.service.clone();
    assert!(Wakes::new().poll_ready(&mut other).is_ready());
    drop((first, other));

    stand.inner.not_ready(); // and the clone has to wait for it, with its place
    assert!(poll(&mut second).is_pending());
    assert_eq!(stand.counts(), (1, 0));
    stand.inner.ready();
    stand.inner.release_all();
    assert_eq!(result(&mut second).ok(), Some(2));
    assert_eq!(stand.inner.seen().unready_calls, 0);
}

#[tokio::test(start_paused = true)]
async fn s_10_a_readiness_error_after_a_wait_is_the_answer_to_that_call() {
    let mut stand = queue_of(1);
    let first = stand.pending(1);
    let mut second = stand.pending(2);
    drop(first);
    stand.inner.fail_readiness_once(Rejection::new(&FULL, "inside"));
    assert_eq!(result(&mut second).unwrap_err().name().as_str(), "inside");
    assert_eq!(stand.counts(), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn s_4_a_panic_after_a_wait_gives_the_place_back() {
    let mut stand = queue_of(1);
    for answer in [Answer::panic_in_call, Answer::panic_in_poll] {
        stand.inner.respond(|_| Answer::never());
        let first = stand.pending(1);
        let second = stand.pending(2);
        stand.inner.respond(move |_| answer());
        drop(first);
        tokio::spawn(second).await.unwrap_err();
        assert_eq!(stand.counts(), (0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waited_is_made_in_the_context_in_which_it_came() {
    let asks = service_fn(|(): ()| {
        let context = Context::current();
        async move {
            sleep(ms(10)).await;
            Ok::<_, Rejection>((context.criticality(), context.deadline()))
        }
    });
    let config = BulkheadConfig::new(1).max_queue(1);
    let mut service = BulkheadLayer::new("users", &config).unwrap().layer(asks);
    let deadline = Deadline::after(now(), ms(5000));
    let mut context =
        Context::new().with_criticality(Criticality::Sheddable).with_deadline(deadline);
    let mut first = Box::pin(service.ready().await.unwrap().call(()));
    assert!(first.as_mut().poll(&mut TaskContext::from_waker(Waker::noop())).is_pending());
    let second = context.enter(|| service.call(()));

    let (_, seen) = tokio::join!(first, tokio::spawn(second));
    assert_eq!(seen.unwrap().unwrap(), (Criticality::Sheddable, Some(deadline)));
}

#[tokio::test(start_paused = true)]
async fn s_1_waits_are_on_the_clock_that_tests_can_pause() {
    let day = ms(24 * 60 * 60 * 1000);
    let mut stand = Stand::new(&BulkheadConfig::new(1).max_queue(1).max_wait(day));
    let _first = stand.pending(1);
    let start = now();
    assert!(is(&stand.call(2).await, &WAIT));
    assert_eq!(now(), later(start, day));
}
