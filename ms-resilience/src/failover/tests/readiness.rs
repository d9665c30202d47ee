//! Endpoints that are not ready, and those that never become so.

use ms_core::clock::now;
use ms_core::context::Context;
use ms_core::deadline::Deadline;
use ms_core::rejection::{Rejectable, Rejection};
use ms_core::testing::wakes::Wakes;
use tower::{Service, ServiceExt};

use super::super::{DEADLINE, NOT_READY};
use super::{Error, FULL, Stand, config, ms, stand};

fn reason(result: &Result<u32, Error>) -> &'static str {
    let rejection = result.as_ref().err().and_then(Rejectable::as_rejection);
    rejection.map_or("none", |rejection| rejection.reason().code())
}

#[tokio::test(start_paused = true)]
async fn s_fo_1_the_next_endpoint_is_asked_when_one_is_not_ready_within_our_patience() {
    let stand = stand();
    stand.endpoints[0].not_ready();
    let start = now();
    assert_eq!(stand.said(3).await, "Ok(1)");
    assert_eq!((now() - start, stand.counted("moved")), (ms(100), 1.0));
    assert_eq!(stand.endpoints[0].seen().waiting_ready, 0, "nobody waits in vain");
}

#[tokio::test(start_paused = true)]
async fn s_fo_1_an_endpoint_that_is_ready_when_patience_is_over_is_asked() {
    let stand = stand();
    stand.endpoints[0].not_ready();
    let wakes = Wakes::new();
    let mut call = Box::pin(stand.call(3));
    assert!(wakes.poll(call.as_mut()).is_pending());

    tokio::time::advance(ms(100)).await;
    stand.endpoints[0].ready();

    assert_eq!(call.await.unwrap(), 0);
    assert_eq!(stand.counted("answered"), 1.0);
}

#[tokio::test(start_paused = true)]
async fn s_fo_1_without_patience_an_endpoint_has_to_be_ready_at_once() {
    let stand = Stand::new(&config().patience(ms(0)), 2);
    stand.endpoints[0].not_ready();
    let start = now();
    assert_eq!(stand.said(3).await, "Ok(1)");
    assert_eq!(now(), start);
}

#[tokio::test(start_paused = true)]
async fn s_fo_1_an_endpoint_that_cannot_become_ready_is_passed_over() {
    let stand = stand();
    stand.endpoints[0].fail_readiness(|| Error::Broken(0));
    stand.endpoints[1].fail_readiness(|| Error::Final(1));
    assert_eq!(stand.said(3).await, "Ok(2)");
    assert_eq!(stand.calls(), [0, 0, 1]);
}

#[tokio::test(start_paused = true)]
async fn s_fo_1_an_endpoint_that_cannot_become_ready_later_is_passed_over_as_well() {
    let stand = stand();
    stand.breaks(0);
    stand.endpoints[1].fail_readiness(|| Error::Broken(1));
    assert_eq!(stand.said(2).await, "Ok(2)");
    stand.endpoints[2].fail_readiness(|| Error::Broken(2));
    assert_eq!(stand.said(2).await, "Err(Broken(0))");
}

#[tokio::test(start_paused = true)]
async fn s_fo_5_when_no_endpoint_can_become_ready_the_error_of_the_primary_is_given() {
    let stand = stand();
    (0..3).for_each(|index| {
        stand.endpoints[index].fail_readiness(move || Error::Broken(index));
    });
    let mut users = stand.users.clone();
    assert!(matches!(users.ready().await.err(), Some(Error::Broken(0))));
    stand.endpoints[2].ready();
    assert_eq!(users.ready().await.unwrap().call(2).await.unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn s_fo_5_a_readiness_that_failed_is_the_error_of_the_primary_when_the_others_fail_later() {
    let stand = stand();
    stand.endpoints[0].fail_readiness(|| Error::Broken(0));
    stand.breaks(1);
    stand.breaks(2);
    assert_eq!(stand.said(2).await, "Err(Broken(0))");
}

#[tokio::test(start_paused = true)]
async fn s_fo_5_when_no_endpoint_becomes_ready_in_time_it_says_so() {
    let stand = stand();
    stand.endpoints.iter().for_each(|endpoint| endpoint.not_ready());
    let start = now();
    let result = stand.call(2).await;
    assert_eq!(now() - start, ms(300));
    let error = result.unwrap_err();
    let said = "failover `users`: no endpoint became ready in time (endpoints 3, patience_ms 100)";
    assert_eq!(error.as_rejection().unwrap().to_string(), said);
    assert!(error.as_rejection().unwrap().is(&NOT_READY));
    assert_eq!(stand.counted("rejected"), 1.0);
}

#[tokio::test(start_paused = true)]
async fn s_fo_5_an_endpoint_that_refused_says_more_than_others_that_were_not_ready() {
    let stand = stand();
    stand.endpoints[0].not_ready();
    stand.endpoints[1].fail_readiness(|| Rejection::new(&FULL, "us").into());
    stand.endpoints[2].not_ready();
    assert_eq!(reason(&stand.call(2).await), FULL.code());
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_nobody_waits_for_an_endpoint_beyond_the_deadline() {
    let stand = stand();
    stand.endpoints[0].not_ready();
    let start = now();
    let context = Context::new().with_deadline(Deadline::after(start, ms(30)));
    let result = context.scope(stand.call(2)).await;
    assert_eq!((now() - start, reason(&result)), (ms(30), DEADLINE.code()));
    assert_eq!((stand.calls(), stand.counted("rejected")), (vec![0, 0, 0], 1.0));
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_at_the_deadline_a_call_gives_what_an_endpoint_said_before() {
    let stand = stand();
    stand.breaks(0);
    stand.endpoints[1].not_ready();
    let context = Context::new().with_deadline(Deadline::after(now(), ms(30)));
    let result = context.scope(stand.call(2)).await;
    assert!(matches!(result, Err(Error::Broken(0))));
    assert_eq!(stand.counted("deadline"), 1.0);
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_a_deadline_that_somebody_further_out_enforces_is_left_to_them() {
    let stand = stand();
    stand.endpoints[0].not_ready();
    let start = now();
    let context = Context::new().with_deadline(Deadline::after(start, ms(30))).guarded();
    let result = context.scope(stand.call(2)).await;
    // Nobody did; then the deadline was over, and nothing went on.
    assert_eq!((now() - start, reason(&result)), (ms(100), NOT_READY.code()));
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_a_deadline_holds_also_where_the_call_was_moved_to_another_task() {
    let stand = stand();
    stand.endpoints[0].not_ready();
    let start = now();
    let mut users = stand.users.clone();
    let mut context = Context::new().with_deadline(Deadline::after(start, ms(30)));
    users.ready().await.unwrap();
    let call = context.enter(|| users.call(2));
    let result = tokio::spawn(call).await.unwrap();
    assert_eq!((now() - start, reason(&result)), (ms(30), DEADLINE.code()));
}

#[tokio::test(start_paused = true)]
async fn s_10_an_idle_failover_holds_no_place_in_the_queue_of_an_endpoint() {
    let stand = stand();
    stand.endpoints[0].limit(1);
    let mut first = stand.users.clone();
    let mut second = stand.users.clone();
    let wakes = Wakes::new();
    assert!(wakes.poll_ready(&mut first).is_ready());
    assert!(wakes.poll_ready(&mut second).is_ready());

    let seen = stand.endpoints[0].seen();
    assert_eq!((seen.idle_ready, seen.waiting_ready), (1, 0));
    drop(second);
    assert_eq!(first.call(2).await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn s_10_who_asks_twice_whether_it_is_ready_stays_with_what_it_said() {
    let stand = stand();
    stand.endpoints[0].limit(1);
    let mut users = stand.users.clone();
    for _ in 0..3 {
        users.ready().await.unwrap();
        assert_eq!(stand.endpoints[0].seen().idle_ready, 1);
    }
    assert_eq!(users.call(2).await.unwrap(), 0);
    assert_eq!(stand.endpoints[0].seen().unready_calls, 0);
}

#[tokio::test(start_paused = true)]
async fn s_10_a_failover_that_leaves_an_endpoint_gives_back_what_it_reserved_there() {
    let stand = stand();
    let mut users = stand.users.clone();
    users.ready().await.unwrap();
    stand.shut_for(0, ms(1000));
    users.ready().await.unwrap();
    let idle = [0, 1].map(|index| stand.endpoints[index].seen().idle_ready);
    assert_eq!(idle, [0, 1]);
    assert_eq!(users.call(2).await.unwrap(), 1);
}
