//! Whether a call is tried again, and what it gives if not.

use ms_core::context::Context;
use ms_core::deadline::Deadline;
use ms_core::rejection::{Fault, Reason};
use ms_core::repeat::NotRepeatable;
use ms_core::verdict::Failure;

use super::super::{NOT_REPEATABLE, RetryConfig};
use super::{End, Error, Stand, is, ms, rich, stand, stand_with};
use crate::budget::Funded;

const OPEN: Reason = Reason::unavailable("circuit_breaker", "circuit_open");
const STRANGER: Reason = Reason::forbidden("authorize", "forbidden");
const SLOW: Reason = Reason::deadline("timeout", "attempt_timeout").fault_of(Fault::Peer);
const LATE: Reason = Reason::deadline("timeout", "deadline").fault_of(Fault::Caller);

const SAFE: u32 = 2;
const UNSAFE: u32 = 3;

fn failing(failure: Failure) -> [End; 9] {
    [End::Fails(failure); 9]
}

async fn attempts(stand: &Stand<Vec<std::time::Duration>>, id: u32) -> usize {
    let _ = stand.call(id).await;
    stand.seen().len()
}

#[tokio::test(start_paused = true)]
async fn s_rt_1_what_sending_again_does_not_mend_is_not_tried_again() {
    for end in [End::Fails(Failure::FINAL), End::Bad(Failure::FINAL), End::Neutral] {
        let stand = stand(&rich(), [end]);
        assert_eq!((attempts(&stand, SAFE).await, stand.counted()), (1, vec!["not_retryable"]));
    }
}

#[tokio::test(start_paused = true)]
async fn s_rt_1_a_call_is_tried_as_often_as_it_may_be() {
    for allowed in 1..5 {
        let stand = stand(&rich().attempts(allowed), failing(Failure::IF_SAFE));
        let result = stand.call(SAFE).await;
        assert!(matches!(result, Err(Error::Failed(Failure::IF_SAFE))));
        assert_eq!((stand.seen().len(), stand.counted()), (allowed as usize, vec!["attempts"]));
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_succeeds_later_has_recovered() {
    let stand = stand(&rich(), [End::Fails(Failure::IF_SAFE), End::Bad(Failure::IF_SAFE)]);
    assert!(stand.call(SAFE).await.is_ok());
    assert_eq!((stand.seen().len(), stand.counted()), (3, vec!["recovered"]));
}

#[tokio::test(start_paused = true)]
async fn s_rt_1_where_the_schedule_ends_there_is_no_further_attempt() {
    let stand = stand_with(&rich().attempts(9), [ms(1); 2], failing(Failure::IF_SAFE));
    let _ = stand.call(SAFE).await;
    assert_eq!((stand.seen().len(), stand.counted()), (3, vec!["attempts"]));
}

#[tokio::test(start_paused = true)]
async fn s_rt_2_a_request_that_may_have_left_is_sent_again_only_if_it_is_safe() {
    let stand = stand(&rich(), failing(Failure::IF_SAFE));
    assert_eq!((attempts(&stand, UNSAFE).await, stand.counted()), (1, vec!["unsafe"]));
    assert_eq!(attempts(&stand, SAFE).await, 1 + 3);
}

#[tokio::test(start_paused = true)]
async fn s_rt_2_a_request_that_certainly_never_left_is_sent_again_whatever_it_is() {
    let stand = stand(&rich(), failing(Failure::NEVER_SENT));
    assert_eq!((attempts(&stand, UNSAFE).await, stand.counted()), (3, vec!["attempts"]));
}

#[tokio::test(start_paused = true)]
async fn s_rt_2_a_request_that_is_not_safe_is_not_sent_again_once_it_may_have_left() {
    let script = [End::Fails(Failure::NEVER_SENT), End::Bad(Failure::IF_SAFE)];
    let stand = stand(&rich().attempts(9), script);
    assert_eq!((attempts(&stand, UNSAFE).await, stand.counted()), (2, vec!["unsafe"]));
}

#[tokio::test(start_paused = true)]
async fn s_rt_2_s_3_an_attempt_that_took_too_long_is_tried_again_only_if_it_is_safe() {
    let stand = stand(&rich(), [End::Rejected(&SLOW); 9]);
    assert_eq!((attempts(&stand, UNSAFE).await, stand.counted()), (1, vec!["unsafe"]));
    assert_eq!(attempts(&stand, SAFE).await, 1 + 3);
}

#[tokio::test(start_paused = true)]
async fn s_3_what_the_deadline_of_the_caller_cut_short_is_not_tried_again() {
    let stand = stand(&rich(), [End::Rejected(&LATE)]);
    assert!(is(&stand.call(SAFE).await, &LATE));
    assert_eq!(stand.counted(), ["not_retryable"]);
}

#[tokio::test(start_paused = true)]
async fn s_3_what_our_own_side_refused_is_not_tried_again() {
    let stand = stand(&rich(), [End::Rejected(&OPEN)]);
    assert!(is(&stand.call(SAFE).await, &OPEN));
    assert_eq!((stand.seen().len(), stand.counted()), (1, vec!["not_retryable"]));
}

#[tokio::test(start_paused = true)]
async fn s_3_what_our_own_side_refused_is_tried_again_where_asked_whatever_it_is() {
    let stand = stand(&rich().retry_rejections(true), [End::Rejected(&OPEN); 2]);
    assert!(stand.call(UNSAFE).await.is_ok());
    assert_eq!((stand.seen().len(), stand.counted()), (3, vec!["recovered"]));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_does_not_pass_is_never_tried_again() {
    let stand = stand(&rich().retry_rejections(true), [End::Rejected(&STRANGER)]);
    assert!(is(&stand.call(SAFE).await, &STRANGER));
    assert_eq!(stand.counted(), ["not_retryable"]);
}

#[tokio::test(start_paused = true)]
async fn s_rt_6_a_request_of_which_too_little_is_kept_is_not_sent_again() {
    for why in [NotRepeatable::TooLarge, NotRepeatable::Broken, NotRepeatable::Once] {
        let stand = stand(&rich(), failing(Failure::IF_SAFE));
        stand.requests.refuse([why]);
        let result = stand.call(SAFE).await;
        assert!(matches!(result, Err(Error::Failed(Failure::IF_SAFE))));
        assert_eq!((stand.times(), stand.counted()), (vec![0], vec!["committed"]));
        assert_eq!(stand.tokens(), 10.0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_in_use_is_asked_for_again_after_the_pause() {
    let stand = stand(&rich(), failing(Failure::IF_SAFE)[..1].to_vec());
    stand.requests.refuse([NotRepeatable::InUse]);
    assert!(stand.call(SAFE).await.is_ok());
    assert_eq!(stand.times(), [0, 110]);
}

#[tokio::test(start_paused = true)]
async fn s_14_if_the_request_stays_in_use_the_call_gives_the_error_from_before_the_pause() {
    let stand = stand(&rich(), failing(Failure::IF_SAFE));
    stand.requests.refuse([NotRepeatable::InUse, NotRepeatable::InUse]);
    let result = stand.call(SAFE).await;
    assert!(matches!(result, Err(Error::Failed(Failure::IF_SAFE))));
    assert_eq!((stand.seen().len(), stand.counted()), (1, vec!["committed"]));
    assert_eq!(stand.tokens(), 10.0); // no attempt was made for what was drawn
}

#[tokio::test(start_paused = true)]
async fn s_14_if_the_response_was_dropped_for_it_a_rejection_says_what_happened() {
    let stand = stand(&rich(), [End::Bad(Failure::IF_SAFE)]);
    stand.requests.refuse([NotRepeatable::InUse, NotRepeatable::TooLarge]);
    let result = stand.call(SAFE).await;
    assert!(is(&result, &NOT_REPEATABLE));
    let Err(Error::Rejected(rejection)) = result else { panic!("no rejection") };
    assert_eq!(rejection.numbers().next(), Some(("attempts", 1)));
    let source = std::error::Error::source(&rejection).unwrap();
    assert_eq!(source.downcast_ref(), Some(&NotRepeatable::TooLarge));
    assert_eq!(rejection.reason().fault(), Fault::Peer);
}

#[tokio::test(start_paused = true)]
async fn s_rt_1_a_pause_that_does_not_fit_before_the_deadline_is_not_begun() {
    let within =
        |millis| Context::new().with_deadline(Deadline::after(ms_core::clock::now(), ms(millis)));
    let stand = stand(&rich(), failing(Failure::IF_SAFE));
    let result = within(110).scope(stand.call(SAFE)).await;
    assert!(matches!(result, Err(Error::Failed(Failure::IF_SAFE))));
    assert_eq!((ms_core::clock::now() - stand.start).as_millis(), 10);
    assert_eq!((stand.counted(), stand.tokens()), (vec!["deadline"], 10.0));

    let _ = within(111).scope(stand.call(SAFE)).await;
    assert_eq!(stand.times(), [0, 10, 120]);
}

#[tokio::test(start_paused = true)]
async fn s_rt_1_what_the_budget_does_not_pay_for_gives_its_outcome_at_once() {
    let config = RetryConfig::default().attempts(9).budget(Funded::default().start(2.0));
    let stand = stand(&config, [End::Bad(Failure::IF_SAFE); 9]);
    let result = stand.call(SAFE).await;
    assert!(matches!(result.unwrap().end, End::Bad(_)));
    assert_eq!((stand.times(), stand.counted()), (vec![0, 110, 320], vec!["budget"]));
    assert_eq!((ms_core::clock::now() - stand.start).as_millis(), 330);
}

#[tokio::test(start_paused = true)]
async fn s_rt_2_s_10_a_service_that_does_not_become_ready_never_sent_it() {
    let script = [
        End::Fails(Failure::NEVER_SENT),
        End::Unready(Failure::IF_SAFE),
        End::Unready(Failure::IF_SAFE),
    ];
    let stand = stand(&rich().attempts(4), script);
    assert!(stand.call(UNSAFE).await.is_ok());
    assert_eq!((stand.times(), stand.counted()), (vec![0, 610], vec!["recovered"]));
    assert_eq!(stand.seen()[1].request.number, 4);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_never_becomes_ready_again_gives_its_own_error() {
    let script = [End::Fails(Failure::IF_SAFE), End::Unready(Failure::FINAL)];
    let stand = stand(&rich(), script);
    let result = stand.call(SAFE).await;
    assert!(matches!(result, Err(Error::Failed(Failure::FINAL))));
    assert_eq!((stand.seen().len(), stand.counted()), (1, vec!["not_retryable"]));
}
