//! How calls return to an endpoint that has recovered.

use ms_core::registry::{Events, Heard};
use tokio::time::advance;

use super::super::EndpointStanding;
use super::{Stand, config, ms, stand};

/// Makes a call every ten milliseconds for so many seconds; how many of them the primary got, and
/// how many failed.
async fn traffic(stand: &Stand, seconds: u32) -> (usize, usize) {
    let (before, mut failed) = (stand.calls()[0], 0);
    for _ in 0..seconds * 100 {
        failed += usize::from(stand.call(2).await.is_err());
        advance(ms(10)).await;
    }
    (stand.calls()[0] - before, failed)
}

/// What was told so far.
fn told(events: &mut Events) -> Vec<&'static str> {
    let event = |heard| match heard {
        Heard::Event(event) => event.what,
        Heard::Missed(_) => "missed",
    };
    std::iter::from_fn(|| events.try_next()).map(event).filter(|what| *what != "moved").collect()
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_a_primary_that_keeps_failing_is_left() {
    let stand = stand();
    stand.breaks(0);
    for _ in 0..20 {
        assert_eq!(stand.said(2).await, "Ok(1)");
    }
    assert_eq!((stand.calls(), stand.standing(0)), (vec![5, 20, 0], EndpointStanding::Away));
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_a_failure_now_and_then_does_not_make_calls_leave() {
    let stand = stand();
    for round in 0..200 {
        if round % 2 == 0 {
            stand.breaks(0);
        } else {
            stand.works(0);
        }
        stand.call(2).await.unwrap();
    }
    assert_eq!((stand.calls()[0], stand.standing(0)), (200, EndpointStanding::Trusted));
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_calls_return_gradually_to_a_primary_that_has_recovered() {
    let stand = stand();
    let mut events = stand.handle.subscribe();
    stand.breaks(0);
    for _ in 0..5 {
        stand.call(2).await.unwrap();
    }
    stand.works(0);

    assert_eq!(traffic(&stand, 3).await, (0, 0));
    let mut shares = Vec::new();
    for _ in 0..3 {
        shares.push(traffic(&stand, 10).await.0);
    }
    let expected = [167, 500, 833];
    let is_near = |(share, expected): (&usize, usize)| share.abs_diff(expected) < 110;
    assert!(shares.iter().zip(expected).all(is_near), "{shares:?} for about {expected:?}");
    advance(ms(100)).await;
    assert_eq!(traffic(&stand, 1).await, (100, 0));
    assert_eq!(told(&mut events), ["left", "returns", "returned"]);
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_a_primary_that_alternates_gets_few_calls_and_no_flapping() {
    let stand = stand();
    let mut events = stand.handle.subscribe();
    let (mut asked, mut worst) = (0, 0);
    for _ in 0..60 {
        stand.breaks(0);
        let (calls, failed) = traffic(&stand, 5).await;
        assert_eq!(failed, 0, "the second answers");
        worst = worst.max(calls);
        stand.works(0);
        asked += calls + traffic(&stand, 5).await.0;
    }
    // Five until it was left for the first time, and one to find out.
    assert!(worst <= 6, "{worst} calls in a row went to a primary that is down");
    assert!(
        asked < 60_000 / 20,
        "{asked} of 60000 calls went to a primary that is down half the time"
    );
    let told = told(&mut events);
    assert!(!told.contains(&"returned"), "it never works for long enough");
    assert!(told.len() <= 60, "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_a_primary_that_alternated_and_stays_well_is_returned_to() {
    let stand = stand();
    for _ in 0..10 {
        stand.breaks(0);
        traffic(&stand, 5).await;
        stand.works(0);
        traffic(&stand, 5).await;
    }
    traffic(&stand, 61).await; // a pause of 30 s at most, then 30 s
    assert_eq!(stand.standing(0), EndpointStanding::Trusted);
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_a_primary_that_stays_down_is_asked_every_half_minute() {
    let stand = stand();
    stand.breaks(0);
    // Five until it was left, then after 3, 6, 12 and 24 seconds more, and then every 30.
    assert_eq!(traffic(&stand, 600).await, (5 + 4 + (600 - 45) / 30, 0));
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_a_primary_that_fails_again_loses_its_share() {
    let stand = stand();
    stand.breaks(0);
    traffic(&stand, 1).await;
    stand.works(0);
    traffic(&stand, 20).await;
    assert!(matches!(stand.standing(0), EndpointStanding::Returning { share } if share > 0.4));
    stand.breaks(0);
    assert!(traffic(&stand, 1).await.0 <= 2);
    assert_eq!(stand.standing(0), EndpointStanding::Away);
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_where_all_have_failed_the_first_that_works_is_found_at_once() {
    let stand = stand();
    (0..3).for_each(|index| stand.breaks(index));
    for _ in 0..20 {
        stand.call(2).await.unwrap_err();
    }
    stand.works(2);
    for _ in 0..20 {
        assert_eq!(stand.said(2).await, "Ok(2)");
    }
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_calls_return_to_the_nearest_to_the_primary_that_has_recovered() {
    let stand = stand();
    stand.breaks(0);
    stand.breaks(1);
    traffic(&stand, 1).await;
    stand.works(1);
    traffic(&stand, 40).await;
    let before = stand.calls();
    traffic(&stand, 10).await;
    let asked: Vec<_> = stand.calls().iter().zip(before).map(|(now, then)| now - then).collect();
    assert_eq!((asked[1], asked[2]), (1000, 0));
}

#[tokio::test(start_paused = true)]
async fn s_fo_3_how_long_it_takes_is_a_setting() {
    let stand = Stand::new(&config().return_over(ms(1000)), 2);
    stand.breaks(0);
    traffic(&stand, 1).await;
    stand.works(0);
    traffic(&stand, 3).await;
    assert_eq!(stand.standing(0), EndpointStanding::Trusted);
}
