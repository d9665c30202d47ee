//! Which outcomes a fallback is for.

use ms_core::rejection::{Fault, Reason};
use ms_core::testing::probe::ProbeError;
use ms_core::verdict::{Failure as Trouble, Verdict};
use tower::{Layer, ServiceExt};

use super::super::{Failed, Failures, FallbackLayer, When};
use super::{Failure, OPEN, broken, flaky, is_original, rejected};

const SLOW: Reason = Reason::deadline("test", "attempt_timeout").fault_of(Fault::Peer);
const LATE: Reason = Reason::deadline("test", "deadline_exceeded").fault_of(Fault::Caller);

#[tokio::test(start_paused = true)]
async fn s_fb_1_failures_of_the_peer_and_refusals_of_our_own_are_answered_for() {
    for (reason, answered) in [(&OPEN, true), (&SLOW, true), (&LATE, false)] {
        let (probe, _) = rejected(reason);
        let answer = FallbackLayer::value("users", 7).layer(probe).oneshot(1).await.ok();
        assert_eq!(answer, answered.then_some(7), "{reason}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_classifier_takes_for_no_failure_is_passed_on() {
    for verdict in [Verdict::Neutral, Verdict::Success] {
        let mild = move |_: Result<&u32, &Failure>| verdict;
        let layer = FallbackLayer::value("users", 7).classify(mild);
        assert!(is_original(&layer.layer(broken()).oneshot(1).await));
    }
}

#[tokio::test(start_paused = true)]
async fn s_3_the_classifier_never_sees_a_refusal_of_our_own() {
    let (probe, _) = rejected(&OPEN);
    let strict = |_: Result<&u32, &Failure>| -> Verdict { unreachable!("not its business") };
    let layer = FallbackLayer::value("users", 7).classify(strict);
    assert_eq!(layer.layer(probe).oneshot(1).await.ok(), Some(7));
}

#[tokio::test(start_paused = true)]
async fn a_user_may_say_when_it_answers() {
    let only_open = |failed: &Failed<u32, Failure>| failed.reason() == "circuit_open";
    let layer = FallbackLayer::value("users", 7).when(only_open);
    let (open, _) = rejected(&OPEN);
    assert_eq!(layer.layer(open).oneshot(1).await.ok(), Some(7));
    assert!(is_original(&layer.layer(broken()).oneshot(1).await));
}

#[tokio::test(start_paused = true)]
async fn nobody_is_asked_about_a_success() {
    let always = |failed: &Failed<u32, Failure>| -> bool { unreachable!("{failed:?} is none") };
    let (probe, _) = flaky();
    let layer = FallbackLayer::value("users", 7).when(always);
    assert_eq!(layer.layer(probe).oneshot(1).await.ok(), Some(1));
}

#[test]
fn what_failed_says_why_in_one_word() {
    let error = || Failure::Service(ProbeError::new("broken"));
    let failure = Some(Trouble::IF_SAFE.into());
    let called: Failed<u32, Failure> = Failed::called(Err(error()), failure);
    let unready: Failed<u32, Failure> = Failed::unready(error(), failure);
    assert_eq!([called.reason(), unready.reason()], ["failure", "not_ready"]);
    assert_eq!([called.never_left(), unready.never_left()], [false, true]);
    assert!(Failures.wants(&called) && Failures.wants(&unready));
}
