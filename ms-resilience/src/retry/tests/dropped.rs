//! Calls that are dropped, and calls that panic.

use ms_core::clock::sleep;
use ms_core::rejection::Rejection;
use ms_core::testing::probe::{Answer, Probe};
use ms_core::verdict::Failure;
use tower::{Layer, Service, ServiceExt};

use super::super::RetryLayer;
use super::{End, ms, rich, stand};

const FAILS: End = End::Fails(Failure::IF_SAFE);

#[tokio::test(start_paused = true)]
async fn s_4_a_call_that_is_dropped_during_its_pause_gives_its_token_back() {
    let stand = stand(&rich(), [FAILS]);
    let call = tokio::spawn(stand.client.clone().oneshot(2));
    sleep(ms(50)).await;
    assert_eq!(stand.tokens(), 9.0);
    call.abort();
    sleep(ms(1)).await;
    assert_eq!((stand.tokens(), stand.counted()), (10.0, vec!["cancelled"]));
}

#[tokio::test(start_paused = true)]
async fn s_4_a_call_that_is_dropped_before_its_instance_is_ready_gives_its_token_back() {
    let (probe, handle) = Probe::<u32, u32, Rejection>::with_error(Answer::ready);
    const BROKEN: ms_core::rejection::Reason =
        ms_core::rejection::Reason::unavailable("test", "broken")
            .fault_of(ms_core::rejection::Fault::Peer);
    handle.respond(|_| Answer::error(Rejection::new(&BROKEN, "users")));
    let layer = RetryLayer::new("users", &rich()).unwrap().schedule([ms(1)]);
    let mut client = layer.clone().plain(|_: &u32| true).layer(probe);
    client.ready().await.unwrap();
    let call = tokio::spawn(client.call(7));
    handle.not_ready();
    sleep(ms(50)).await;
    let tokens = || layer.handle().budget().snapshot().tokens;
    assert_eq!((handle.seen().waiting_ready, tokens()), (1, 9.0));
    call.abort();
    sleep(ms(1)).await;
    assert_eq!((handle.seen().waiting_ready, tokens()), (0, 10.0));
}

#[tokio::test(start_paused = true)]
async fn s_4_an_attempt_that_was_made_is_spent_also_if_the_call_is_dropped() {
    let stand = stand(&rich(), [FAILS, End::Hangs]);
    let call = tokio::spawn(stand.client.clone().oneshot(2));
    sleep(ms(5_000)).await;
    call.abort();
    sleep(ms(1)).await;
    let budget = stand.retry.budget().snapshot();
    assert_eq!((budget.tokens, budget.spent, stand.counted()), (9.0, 1, vec!["cancelled"]));
}

#[tokio::test(start_paused = true)]
async fn s_4_a_call_that_is_never_polled_is_counted_once() {
    let mut stand = stand(&rich(), []);
    drop(stand.client.ready().await.unwrap().call(2));
    assert_eq!((stand.count("cancelled"), stand.counted()), (1.0, vec!["cancelled"]));
}

#[tokio::test(start_paused = true)]
async fn s_5_a_panic_goes_on_unwinding_and_the_call_is_counted_once() {
    for before in 0..3 {
        let stand = stand(&rich(), [vec![FAILS; before], vec![End::Panics]].concat());
        let call = tokio::spawn(stand.client.clone().oneshot(2));
        assert!(call.await.unwrap_err().is_panic());
        assert_eq!((stand.count("cancelled"), stand.counted()), (1.0, vec!["cancelled"]));
        assert_eq!(stand.retry.budget().snapshot().spent, before as u64);
        stand.call(2).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_over_holds_nothing_any_more() {
    let mut stand = stand(&rich(), [FAILS, FAILS, FAILS]);
    let mut call = Box::pin(stand.client.ready().await.unwrap().call(2));
    call.as_mut().await.unwrap_err();
    // It is still there, and neither the request nor an instance is.
    assert_eq!(format!("{call:?}"), "ResponseFuture { stage: \"over\" }");
}
