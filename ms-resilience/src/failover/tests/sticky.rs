//! Calls that stay with the endpoint that works.

use ms_core::availability::Availability;
use tokio::time::advance;

use super::super::EndpointStanding;
use super::{Stand, config, ms};

fn sticky() -> Stand {
    Stand::new(&config().sticky(true), 3)
}

/// Makes so many calls.
async fn calls(stand: &Stand, many: usize) -> Vec<String> {
    let mut said = Vec::new();
    for _ in 0..many {
        said.push(stand.said(2).await);
        advance(ms(100)).await;
    }
    said
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_sticky_calls_stay_when_the_primary_has_recovered() {
    let stand = sticky();
    stand.breaks(0);
    calls(&stand, 5).await;
    assert_eq!(stand.handle.current(), 1);
    stand.works(0);
    advance(ms(3_600_000)).await;
    assert!(calls(&stand, 1000).await.iter().all(|said| said == "Ok(1)"));
    assert_eq!(stand.calls()[0], 5);
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_sticky_calls_move_when_the_endpoint_that_worked_is_left() {
    let stand = sticky();
    stand.breaks(0);
    calls(&stand, 5).await;
    stand.breaks(1);
    assert!(calls(&stand, 10).await.iter().all(|said| said == "Ok(2)"));
    assert_eq!((stand.calls(), stand.handle.current()), (vec![5, 10, 10], 2));
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_a_failure_now_and_then_does_not_move_sticky_calls() {
    let stand = sticky();
    for round in 0..100 {
        if round % 4 == 0 {
            stand.works(0);
        } else {
            stand.breaks(0);
        }
        calls(&stand, 1).await;
    }
    assert_eq!((stand.handle.current(), stand.calls()[0]), (0, 100));
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_sticky_calls_that_come_round_stay_with_the_primary_again() {
    let stand = sticky();
    for index in [0, 1, 2] {
        stand.breaks(index);
        calls(&stand, 5).await;
    }
    assert_eq!(calls(&stand, 1).await, ["Err(Broken(0))"]);
    stand.works(0);
    assert!(calls(&stand, 10).await.iter().all(|said| said == "Ok(0)"));
    assert_eq!((stand.handle.current(), stand.standing(0)), (0, EndpointStanding::Trusted));
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_sticky_calls_move_from_an_endpoint_that_is_not_available() {
    let stand = sticky();
    stand.shut(0, Availability::Closed);
    assert_eq!(calls(&stand, 1).await, ["Ok(1)"]);
    stand.shut(0, Availability::Now);
    advance(ms(60_000)).await;
    assert_eq!((calls(&stand, 1).await[0].as_str(), stand.handle.current()), ("Ok(1)", 1));
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_calls_that_are_not_sticky_any_more_return_gradually() {
    let stand = sticky();
    stand.breaks(0);
    calls(&stand, 5).await;
    stand.works(0);
    stand.handle.reconfigure(&config()).unwrap();
    calls(&stand, 400).await;
    assert_eq!((stand.handle.current(), stand.standing(0)), (0, EndpointStanding::Trusted));
    assert_eq!(stand.said(2).await, "Ok(0)");
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_sticky_calls_are_brought_back_by_hand() {
    let stand = sticky();
    stand.breaks(0);
    calls(&stand, 5).await;
    stand.works(0);
    stand.handle.reset();
    assert_eq!((stand.handle.current(), calls(&stand, 1).await[0].as_str()), (0, "Ok(0)"));
}
