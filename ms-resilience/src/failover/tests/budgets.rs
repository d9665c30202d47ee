//! What pays for sending a request to another endpoint.

use ms_core::rejection::Rejection;
use ms_core::testing::probe::Answer;
use ms_core::testing::reading::value;

use super::super::{BUDGET_REFUSED, BUDGET_SPENT, BUDGET_TOKENS, FailoverConfig};
use super::{Error, FULL, Stand, stand};
use crate::budget::{Budget, Funded, GrpcThrottle};

/// With the budget of the defaults.
fn poor() -> Stand {
    Stand::new(&FailoverConfig::default(), 3)
}

fn tokens(stand: &Stand) -> f64 {
    stand.handle.budget().snapshot().tokens
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_what_the_budget_does_not_pay_for_gives_what_the_first_endpoint_said() {
    let stand = poor();
    stand.breaks(0);
    assert_eq!(stand.said(2).await, "Ok(1)"); // with the token that there is to start with
    assert_eq!(stand.said(2).await, "Err(Broken(0))");
    assert_eq!((stand.calls(), stand.counted("budget")), (vec![2, 1, 0], 1.0));
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_successes_pay_for_going_on() {
    let stand = poor();
    stand.breaks(0);
    stand.call(2).await.unwrap(); // whose success pays in 0.1
    stand.works(0);
    for _ in 0..9 {
        stand.call(2).await.unwrap();
    }
    stand.breaks(0);
    assert_eq!([stand.said(2).await, stand.said(2).await], ["Ok(1)", "Err(Broken(0))"]);
}

#[tokio::test(start_paused = true)]
async fn s_3_what_never_left_is_never_charged() {
    let stand = poor();
    stand.says(0, || Answer::error(Rejection::new(&FULL, "eu")));
    stand.says(1, || Answer::result(Err(Error::NotSent(1))));
    for _ in 0..5 {
        assert_eq!(stand.said(3).await, "Ok(2)");
    }
    let seen = stand.handle.budget().snapshot();
    assert_eq!((seen.tokens, seen.spent, seen.refused), (1.5, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn s_3_an_endpoint_that_is_not_ready_is_never_charged() {
    let stand = poor();
    stand.endpoints[0].not_ready();
    stand.endpoints[1].fail_readiness(|| Error::Broken(1));
    assert_eq!(stand.said(3).await, "Ok(2)");
    assert_eq!(tokens(&stand), 1.1);
}

#[tokio::test(start_paused = true)]
async fn s_3_what_was_drawn_for_an_endpoint_that_refuses_goes_back() {
    let stand = poor();
    stand.breaks(0);
    stand.says(1, || Answer::error(Rejection::new(&FULL, "us")));
    assert_eq!(stand.said(2).await, "Ok(2)");
    assert_eq!(stand.handle.budget().snapshot().spent, 1);
}

#[tokio::test(start_paused = true)]
async fn s_4_what_was_drawn_for_a_call_that_is_given_up_goes_back_unless_it_was_sent() {
    let stand = poor();
    stand.breaks(0);
    stand.endpoints[1].not_ready();
    let wakes = ms_core::testing::wakes::Wakes::new();
    let mut call = Box::pin(stand.call(2));
    assert!(wakes.poll(call.as_mut()).is_pending());
    assert_eq!(tokens(&stand), 0.0);
    drop(call);
    assert_eq!(tokens(&stand), 1.0);

    stand.endpoints[1].ready();
    stand.says(1, Answer::never);
    let mut call = Box::pin(stand.call(2));
    assert!(wakes.poll(call.as_mut()).is_pending());
    drop(call);
    assert_eq!((tokens(&stand), stand.handle.budget().snapshot().spent), (0.0, 1));
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_a_budget_is_shared_by_all_that_are_given_it() {
    let budget = Budget::new(Funded::default().start(2.0)).unwrap();
    let (one, two) = (poor(), poor());
    let one = Stand { users: one.users.clone().budget(budget.clone()), ..one };
    let two = Stand { users: two.users.clone().budget(budget.clone()), ..two };
    for stand in [&one, &two] {
        stand.breaks(0);
        assert_eq!(stand.said(2).await, "Ok(1)");
    }
    assert_eq!(budget.snapshot().tokens, 0.2);
    assert_eq!(one.said(2).await, "Err(Broken(0))");
}

#[tokio::test(start_paused = true)]
async fn s_rt_5_a_budget_that_a_retry_funds_is_not_funded_twice() {
    let budget = Budget::default();
    let stand = poor();
    let stand = Stand { users: stand.users.clone().draws_on(budget.clone()), ..stand };
    stand.call(2).await.unwrap();
    assert_eq!(budget.snapshot().tokens, 1.0);
    stand.breaks(0);
    assert_eq!(stand.said(2).await, "Ok(1)");
    let seen = budget.snapshot();
    assert_eq!((seen.tokens, seen.spent), (0.0, 1));
    assert_eq!(stand.said(2).await, "Err(Broken(0))");
}

#[tokio::test(start_paused = true)]
async fn s_rt_5_as_grpc_throttles_every_endpoint_that_failed_costs_one() {
    let throttle = GrpcThrottle::default().max_tokens(10).token_ratio(1.0);
    let stand = Stand::new(&FailoverConfig::default().budget(throttle), 3);
    stand.breaks(0);
    stand.breaks(1);
    stand.call(2).await.unwrap();
    assert_eq!(tokens(&stand), 9.0); // two failed, one succeeded

    stand.says(0, || Answer::error(Rejection::new(&FULL, "eu")));
    stand.says(1, || Answer::result(Err(Error::NotSent(1))));
    stand.call(2).await.unwrap();
    assert_eq!(tokens(&stand), 10.0, "what never left costs nothing");
}

#[tokio::test(start_paused = true)]
async fn the_budget_is_read_with_the_policy() {
    let stand = poor();
    stand.breaks(0);
    stand.call(2).await.unwrap();
    stand.call(2).await.unwrap_err();
    let read = [&BUDGET_TOKENS, &BUDGET_SPENT, &BUDGET_REFUSED]
        .map(|metric| value(&stand.registry, metric.name(), &[]).unwrap());
    assert_eq!(read, [0.1, 1.0, 1.0]);
    let own = super::super::BUDGET_LIMIT.name();
    assert_eq!(value(&stand.registry, own, &[]), Some(10.0));

    let unlimited = Stand::new(&FailoverConfig::default(), 1);
    let users = unlimited.users.clone().budget(Budget::unlimited());
    assert_eq!(value(&unlimited.registry, own, &[]), None);
    drop(users);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_goes_straight_to_the_second_endpoint_is_paid_by_nobody() {
    let stand = stand();
    stand.breaks(0);
    for _ in 0..5 {
        stand.call(2).await.unwrap();
    }
    let spent = stand.handle.budget().snapshot().spent;
    for _ in 0..50 {
        assert_eq!(stand.said(3).await, "Ok(1)");
    }
    assert_eq!((spent, stand.handle.budget().snapshot().spent), (5, 5));
}
