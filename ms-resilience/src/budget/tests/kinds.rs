//! What each kind of budget pays for.

use std::time::Duration;

use ms_core::clock::sleep;

use super::super::{Budget, Funded, GrpcThrottle, Ratio};
use super::{affords, funded, kinds, seen, spend, times};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn s_rt_5_it_starts_with_one_and_ten_successes_pay_for_another() {
    let budget = Budget::default();
    assert_eq!(affords(&budget), 1);
    times(9, || budget.succeed());
    assert_eq!(affords(&budget), 0);
    budget.succeed();
    assert_eq!(affords(&budget), 1);
}

#[test]
fn s_rt_5_it_saves_up_to_its_cap() {
    let budget = Budget::default();
    times(1_000_000, || budget.succeed());
    assert_eq!((budget.snapshot().tokens, affords(&budget)), (10.0, 10));
}

#[test]
fn s_rt_5_the_ratio_is_exact() {
    // As a sum of floats, ten times 0.1 is less than 1, and a thousand times 0.3 is more than 300.
    for (per_success, successes, attempts) in
        [(0.1, 10, 1), (0.3, 1_000, 300), (0.00001, 99_999, 0)]
    {
        let settings = Funded::default().per_success(per_success).cap(1_000.0).start(0.0);
        let budget = funded(settings);
        times(successes, || budget.succeed());
        assert_eq!(affords(&budget), attempts, "{successes} times {per_success}");
    }
}

#[test]
fn s_rt_5_ten_clients_of_a_peer_that_is_down_ask_it_hardly_more_often_than_without_retries() {
    let clients: Vec<_> = (0..10).map(|_| Budget::default()).collect();
    let retries: usize = clients
        .iter()
        .map(|client| {
            let call = |_| {
                client.fail();
                spend(client.draw())
            };
            (0..1_000).map(call).filter(|tried_again| *tried_again).count()
        })
        .sum();
    assert_eq!(retries, 10);
}

#[test]
fn s_rt_5_a_failure_costs_nothing_but_the_attempt_that_follows() {
    let budget = Budget::default();
    times(100, || budget.fail());
    assert_eq!(affords(&budget), 1);
}

#[test]
fn s_rt_5_an_attempt_that_was_paid_for_funds_the_next_by_its_success() {
    let budget = funded(Funded::default().per_success(0.5));
    for _ in 0..2 {
        let mut token = budget.draw().unwrap();
        token.sent();
        token.succeed();
        budget.succeed();
    }
    assert_eq!(seen(&budget), (1.0, 10.0, 2, 0));
}

#[test]
fn s_rt_5_copies_are_one_account() {
    let (retry, hedge) = (Budget::default(), Budget::default());
    let failover = retry.clone();
    assert!(spend(failover.draw()) && !spend(retry.draw()) && spend(hedge.draw()));
    assert_eq!(seen(&failover), seen(&retry));
}

#[test]
fn s_4_a_token_whose_attempt_was_never_made_goes_back_once() {
    for budget in kinds().map(|config| Budget::new(config).unwrap()) {
        times(1_000, || budget.succeed());
        let before = seen(&budget);
        drop(budget.draw().unwrap());
        let mut token = budget.draw().unwrap();
        token.sent();
        token.give_back();
        assert_eq!(seen(&budget), before, "{budget:?}");
    }
}

#[test]
fn s_4_a_token_is_spent_once_however_its_attempt_ends() {
    let budget = funded(Funded::default().start(5.0));
    let ends = [
        |_| (),
        |mut token: super::Token| token.sent(),
        |token: super::Token| token.succeed(),
        |token: super::Token| token.fail(),
    ];
    for end in ends {
        end(budget.draw().unwrap());
    }
    assert_eq!(seen(&budget), (2.1, 10.0, 3, 0));
}

#[test]
fn s_rt_5_a_token_that_comes_back_does_not_exceed_the_cap() {
    let budget = funded(Funded::default().cap(2.0).start(2.0));
    let token = budget.draw();
    times(1_000, || budget.succeed());
    drop(token);
    assert_eq!(seen(&budget), (2.0, 2.0, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn s_rt_5_a_ratio_pays_for_a_share_of_the_calls_of_the_window() {
    let budget = Budget::ratio(0.2, 10 * SECOND).unwrap();
    times(4, || budget.fail());
    assert_eq!(affords(&budget), 0); // no reserve
    times(46, || budget.succeed());
    assert_eq!((budget.snapshot().limit, affords(&budget)), (10.0, 10));

    sleep(9 * SECOND).await;
    times(5, || budget.succeed());
    assert_eq!(affords(&budget), 1);
    sleep(SECOND).await; // those of the first bucket, and what was drawn there, are forgotten
    assert_eq!((budget.snapshot().limit, affords(&budget)), (1.0, 0));
    sleep(9 * SECOND).await;
    assert_eq!(budget.snapshot().limit, 0.0);
}

#[tokio::test(start_paused = true)]
async fn s_rt_5_attempts_that_were_paid_for_are_no_calls_of_a_ratio() {
    let budget = Budget::ratio(0.5, SECOND).unwrap();
    times(10, || budget.fail());
    for _ in 0..5 {
        budget.draw().unwrap().fail();
    }
    assert_eq!(affords(&budget), 0);
    assert_eq!(budget.snapshot().limit, 5.0);
}

#[tokio::test(start_paused = true)]
async fn a_ratio_has_a_reserve_where_asked() {
    let budget = Budget::new(Ratio::default().reserve(3)).unwrap();
    assert_eq!(affords(&budget), 3);
}

#[test]
fn s_rt_5_as_grpc_throttles_there_are_attempts_while_more_than_half_is_left() {
    let budget = Budget::grpc_throttle(10, 0.5).unwrap();
    assert_eq!(affords(&budget), 1_000); // attempts cost nothing
    times(4, || budget.fail());
    assert!(spend(budget.draw())); // 6 of 10
    budget.fail();
    assert!(!spend(budget.draw())); // 5 of 10
    times(1, || budget.succeed());
    assert!(spend(budget.draw())); // 5.5 of 10

    times(100, || budget.fail());
    assert_eq!(budget.snapshot().tokens, 0.0);
    times(1_000, || budget.succeed());
    assert_eq!(budget.snapshot().tokens, 10.0);
}

#[test]
fn s_rt_5_as_grpc_throttles_every_failure_costs_one_further_attempts_too() {
    let budget = Budget::new(GrpcThrottle::default()).unwrap();
    budget.fail();
    budget.draw().unwrap().fail();
    budget.draw().unwrap().succeed();
    assert_eq!(budget.snapshot().tokens, 8.1);
}

#[test]
fn a_budget_without_a_limit_pays_for_all_and_counts_it() {
    let budget = Budget::unlimited();
    times(3, || budget.fail());
    assert_eq!(affords(&budget), 1_000);
    assert_eq!(seen(&budget), (f64::INFINITY, f64::INFINITY, 1_000, 0));
}

#[test]
fn what_was_not_paid_for_is_counted() {
    let budget = Budget::default();
    let paid = (0..5).map(|_| spend(budget.draw())).filter(|paid| *paid).count();
    assert_eq!(paid, 1);
    assert_eq!(seen(&budget), (0.0, 10.0, 1, 4));
}
