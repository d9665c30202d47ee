//! When a call goes on to the next endpoint, and what it gives if it does not.

use ms_core::rejection::{Fault, Kind, Reason, Rejection};
use ms_core::testing::probe::Answer;

use tower::ServiceExt;

use super::super::{CALLS, Failover};
use super::{BAD, Error, FORBIDDEN, FULL, classify, stand};

#[tokio::test(start_paused = true)]
async fn s_fo_1_the_first_endpoint_that_works_answers() {
    let stand = stand();
    assert_eq!(stand.said(2).await, "Ok(0)");
    stand.breaks(0);
    assert_eq!(stand.said(2).await, "Ok(1)");
    stand.breaks(1);
    assert_eq!(stand.said(2).await, "Ok(2)");
    assert_eq!(stand.calls(), [3, 2, 1]);
}

#[tokio::test(start_paused = true)]
async fn s_fo_1_an_answer_that_is_a_failure_is_one() {
    let stand = stand();
    stand.says(0, || Answer::ready(BAD));
    assert_eq!(stand.said(2).await, "Ok(1)");
}

#[tokio::test(start_paused = true)]
async fn s_fo_1_an_endpoint_whose_own_policies_refuse_is_passed_over_whatever_the_request() {
    let stand = stand();
    stand.says(0, || Answer::error(Rejection::new(&FULL, "eu")));
    assert_eq!([stand.said(2).await, stand.said(3).await], ["Ok(1)", "Ok(1)"]);
}

#[tokio::test(start_paused = true)]
async fn s_fo_1_a_refusal_that_another_endpoint_would_repeat_is_passed_on() {
    let stand = stand();
    stand.says(0, || Answer::error(Rejection::new(&FORBIDDEN, "eu")));
    assert!(stand.said(2).await.contains("forbidden"));
    assert_eq!((stand.calls(), stand.counted("final")), (vec![1, 0, 0], 1.0));
}

#[tokio::test(start_paused = true)]
async fn s_fo_1_an_attempt_that_took_too_long_is_a_failure_of_the_endpoint() {
    const LATE: Reason = Reason::deadline("timeout", "attempt").fault_of(Fault::Peer);
    let stand = stand();
    stand.says(0, || Answer::error(Rejection::new(&LATE, "eu")));
    assert_eq!(stand.said(2).await, "Ok(1)");
    assert!(stand.call(3).await.is_err(), "it may have done its work");
    assert_eq!(LATE.kind(), Kind::Deadline);
}

#[tokio::test(start_paused = true)]
async fn s_fo_1_what_is_no_failure_stays_with_the_endpoint_that_said_it() {
    let stand = stand();
    stand.says(0, || Answer::result(Err(Error::Neutral(0))));
    assert_eq!(stand.said(2).await, "Err(Neutral(0))");
    assert_eq!(stand.calls(), [1, 0, 0]);

    stand.breaks(0);
    stand.says(1, || Answer::result(Err(Error::Neutral(1))));
    assert_eq!(stand.said(2).await, "Err(Neutral(1))");
    assert_eq!((stand.counted("final"), stand.counted("moved")), (1.0, 1.0));
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_a_request_that_must_not_be_sent_twice_gives_what_the_first_endpoint_said() {
    let stand = stand();
    stand.breaks(0);
    assert_eq!(stand.said(3).await, "Err(Broken(0))");
    assert_eq!((stand.calls(), stand.counted("unsafe")), (vec![1, 0, 0], 1.0));
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_what_certainly_never_left_may_go_on_whatever_it_is() {
    let stand = stand();
    stand.says(0, || Answer::result(Err(Error::NotSent(0))));
    stand.says(1, || Answer::result(Err(Error::NotSent(1))));
    assert_eq!(stand.said(3).await, "Ok(2)");
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_once_an_endpoint_may_have_got_it_no_further_one_does_and_the_caller_is_told() {
    for refused in [|| Rejection::new(&FULL, "eu").into(), || Error::NotSent(0)] {
        let stand = stand();
        stand.says(0, move || Answer::result(Err(refused())));
        stand.breaks(1);
        // Were it the error of the primary, whoever is further out would send it again.
        assert_eq!(stand.said(3).await, "Err(Broken(1))");
        assert_eq!(stand.calls(), [1, 1, 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_a_failover_of_failovers_sends_nothing_twice_either() {
    let (near, far) = (stand(), stand());
    near.says(0, || Answer::error(Rejection::new(&FULL, "eu")));
    near.breaks(1);
    let world = Failover::named("world", [near.users.clone(), far.users.clone()]).unwrap();
    let world = world.plain(|_: &u32| false).classify(classify);
    assert!(matches!(world.oneshot(3).await, Err(Error::Broken(1))));
    assert_eq!(far.calls(), [0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn s_fo_5_the_primary_speaks_for_all_also_where_a_request_never_left_for_it() {
    let stand = stand();
    stand.says(0, || Answer::result(Err(Error::NotSent(0))));
    stand.breaks(1);
    stand.breaks(2);
    assert_eq!(stand.said(2).await, "Err(NotSent(0))");
}

#[tokio::test(start_paused = true)]
async fn s_fo_4_a_failure_that_sending_again_does_not_mend_is_given_as_it_is() {
    let stand = stand();
    stand.says(0, || Answer::result(Err(Error::Final(0))));
    assert_eq!(stand.said(2).await, "Err(Final(0))");
    assert_eq!((stand.calls(), stand.counted("final")), (vec![1, 0, 0], 1.0));
}

#[tokio::test(start_paused = true)]
async fn s_fo_5_when_all_fail_the_error_of_the_primary_is_given_unchanged() {
    let stand = stand();
    (0..3).for_each(|index| stand.breaks(index));
    assert_eq!(stand.said(2).await, "Err(Broken(0))");
    assert_eq!((stand.calls(), stand.counted("failed")), (vec![1, 1, 1], 1.0));

    stand.says(0, || Answer::ready(BAD));
    assert_eq!(stand.said(2).await, format!("Ok({BAD})"), "a response as well");
}

#[tokio::test(start_paused = true)]
async fn s_fo_5_where_the_primary_was_skipped_it_is_the_error_of_the_most_preferred_that_was_asked()
{
    let stand = stand();
    stand.shut(0, ms_core::availability::Availability::Closed);
    stand.breaks(1);
    stand.breaks(2);
    assert_eq!(stand.said(2).await, "Err(Broken(1))");
}

#[tokio::test(start_paused = true)]
async fn s_fo_5_the_primary_speaks_for_all_also_where_it_was_asked_last() {
    let stand = stand();
    (0..3).for_each(|index| stand.breaks(index));
    for _ in 0..5 {
        stand.call(2).await.unwrap_err();
    }
    stand.works(1);
    assert_eq!(stand.said(2).await, "Ok(1)"); // which brings the second back
    stand.breaks(1);
    let before = stand.calls();
    assert_eq!(stand.said(2).await, "Err(Broken(0))");
    let asked: Vec<_> = stand.calls().iter().zip(before).map(|(now, then)| now - then).collect();
    assert_eq!(asked, [1, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn s_4_every_call_is_counted_once() {
    let stand = stand();
    stand.call(2).await.unwrap();
    stand.breaks(0);
    stand.call(2).await.unwrap();
    stand.call(3).await.unwrap_err();
    (1..3).for_each(|index| stand.breaks(index));
    stand.call(2).await.unwrap_err();
    drop(stand.call(2));

    let counted = ["answered", "moved", "unsafe", "failed"].map(|outcome| stand.counted(outcome));
    assert_eq!(counted, [1.0, 1.0, 1.0, 1.0]);
    let all = ms_core::testing::reading::value(&stand.registry, CALLS.name(), &[]);
    assert_eq!(all, Some(4.0));
}
