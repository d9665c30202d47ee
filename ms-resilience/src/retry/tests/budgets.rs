//! What pays for attempts.

use std::sync::Arc;

use ms_core::rejection::Reason;
use ms_core::verdict::Failure;
use tower::{Layer, ServiceExt};

use super::super::{RetryConfig, RetryLayer};
use super::{Classifier, End, Scripted, Stand, classify, rich, stand};
use crate::budget::{Budget, BudgetConfig, Funded, GrpcThrottle};

const OPEN: Reason = Reason::unavailable("circuit_breaker", "circuit_open");
const FAILS: End = End::Fails(Failure::IF_SAFE);

async fn calls(stand: &Stand<Vec<std::time::Duration>>, number: usize) {
    for _ in 0..number {
        let _ = stand.call(2).await;
    }
}

#[tokio::test(start_paused = true)]
async fn s_rt_5_ten_successes_pay_for_a_retry() {
    let stand = stand(&RetryConfig::default(), [FAILS; 99]);
    calls(&stand, 5).await;
    assert_eq!(stand.seen().len(), 6); // one to start with
    stand.inner.lock().unwrap().script.clear();
    calls(&stand, 9).await;
    stand.inner.lock().unwrap().script.extend([FAILS; 2]);
    calls(&stand, 1).await;
    assert_eq!(stand.seen().len(), 6 + 9 + 1); // not yet
    stand.inner.lock().unwrap().script.clear();
    calls(&stand, 1).await;
    stand.inner.lock().unwrap().script.extend([FAILS; 2]);
    calls(&stand, 1).await;
    assert_eq!(stand.seen().len(), 6 + 9 + 1 + 1 + 2);
}

#[tokio::test(start_paused = true)]
async fn s_rt_5_a_first_attempt_never_draws_and_each_further_one_draws_one() {
    let stand = stand(&rich(), [FAILS, FAILS, FAILS]);
    calls(&stand, 1).await;
    assert_eq!(stand.tokens(), 8.0);
    calls(&stand, 5).await;
    assert_eq!(stand.tokens(), 8.5);
}

#[tokio::test(start_paused = true)]
async fn s_rt_5_a_success_funds_whichever_attempt_it_was() {
    let stand = stand(&rich(), [FAILS]);
    calls(&stand, 1).await;
    assert_eq!((stand.tokens(), stand.counted()), (9.1, vec!["recovered"]));
}

#[tokio::test(start_paused = true)]
async fn s_3_what_our_own_side_refused_is_never_charged_and_funds_nothing() {
    let config = rich().retry_rejections(true).budget(Funded::default().start(0.0));
    let stand = stand(&config, [End::Rejected(&OPEN); 2]);
    calls(&stand, 1).await;
    assert_eq!((stand.seen().len(), stand.counted()), (3, vec!["recovered"]));
    assert_eq!((stand.tokens(), stand.retry.budget().snapshot().spent), (0.1, 0));
}

#[tokio::test(start_paused = true)]
async fn s_3_an_attempt_that_was_paid_for_and_refused_by_our_own_side_gives_its_token_back() {
    let stand = stand(&rich(), [FAILS, End::Rejected(&OPEN)]);
    calls(&stand, 1).await;
    let budget = stand.retry.budget().snapshot();
    assert_eq!((budget.tokens, budget.spent, stand.counted()), (10.0, 0, vec!["not_retryable"]));
}

#[tokio::test(start_paused = true)]
async fn s_rt_5_after_an_attempt_that_may_have_been_made_a_refused_one_does_not_open_a_way_round() {
    let config = rich().retry_rejections(true).attempts(9).budget(Funded::default().start(1.0));
    let script = [FAILS, End::Rejected(&OPEN), End::Rejected(&OPEN), FAILS, FAILS];
    let stand = stand(&config, script);
    calls(&stand, 1).await;
    // The token comes back twice, pays for the fourth attempt, and there is none for a fifth.
    assert_eq!((stand.seen().len(), stand.counted()), (4, vec!["budget"]));
}

#[tokio::test(start_paused = true)]
async fn s_rt_5_as_grpc_throttles_every_failed_attempt_costs() {
    let stand = stand(&rich().budget(GrpcThrottle::default().max_tokens(4)), [FAILS; 9]);
    calls(&stand, 1).await;
    assert_eq!((stand.seen().len(), stand.tokens(), stand.counted()), (2, 2.0, vec!["budget"]));
}

#[tokio::test(start_paused = true)]
async fn s_rt_5_policies_that_are_given_one_budget_share_it() {
    let budget = Budget::default();
    let layer = |name| {
        let layer = RetryLayer::named(name).budget(budget.clone()).classify(classify as Classifier);
        layer.schedule([super::ms(1); 9])
    };
    let (users, orders) = (layer("shared-users"), layer("shared-orders"));
    let stand = stand(&rich(), [FAILS; 9]);
    let inner = || Scripted { inner: Arc::clone(&stand.inner), is_ready: false };
    let requests = stand.requests.clone();
    let users = users.requests(requests.clone()).layer(inner());
    let orders = orders.requests(requests).isolated().layer(inner());
    users.oneshot(2).await.unwrap_err();
    assert_eq!(stand.seen().len(), 2);
    orders.clone().oneshot(2).await.unwrap_err();
    assert_eq!((stand.seen().len(), orders.handle().budget().snapshot().spent), (3, 1));
    assert_eq!(budget.snapshot().refused, 2);
}

#[tokio::test(start_paused = true)]
async fn s_rt_5_without_a_limit_every_attempt_is_paid() {
    let stand = stand(&rich().attempts(9).budget(BudgetConfig::Unlimited), [FAILS; 99]);
    calls(&stand, 3).await;
    assert_eq!(stand.seen().len(), 27);
}

#[tokio::test(start_paused = true)]
async fn s_rt_5_an_outage_is_met_with_hardly_more_calls_than_there_are_callers() {
    let stand = stand(&RetryConfig::default(), [End::Answer; 1_000]);
    calls(&stand, 1_000).await;
    assert_eq!(stand.tokens(), 10.0);
    stand.inner.lock().unwrap().script.extend([FAILS; 5_000]);
    calls(&stand, 1_000).await;
    assert_eq!(stand.seen().len(), 1_000 + 1_000 + 10);
}
