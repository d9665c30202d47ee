//! An older answer, where the service fails or has no capacity.

use ms_core::clock::{later, now, sleep};
use ms_core::registry::Registry;
use ms_core::rejection::{Fault, Reason, Rejection};
use ms_core::testing::laws;
use ms_core::testing::probe::{Answer, Probe, ProbeError};
use ms_core::verdict::{Failure as Trouble, Verdict};
use tower::{Layer, ServiceExt};

use super::super::super::FallbackLayer;
use super::super::CacheConfig;
use super::{Failure, Stand, Word, broken, ms, poll, result};

const OPEN: Reason = Reason::unavailable("test", "circuit_open");
const LATE: Reason = Reason::deadline("test", "deadline").fault_of(Fault::Caller);

#[tokio::test(start_paused = true)]
async fn s_fb_1_the_last_good_answer_is_given_with_its_age() {
    let mut stand = Stand::new(&CacheConfig::default());
    assert_eq!(stand.call(7).await.ok(), Some(7));
    sleep(ms(1000)).await;
    assert_eq!(stand.call(17).await.ok(), Some(17));
    sleep(ms(2000)).await;

    stand.inner.respond(|_| broken());
    assert_eq!(stand.call(27).await.ok(), Some(17));
    assert_eq!(stand.said.take(), [Word::Degraded("failure", ms(2000))]);
    assert!(stand.call(8).await.is_err());
    assert_eq!(["primary", "degraded", "no_answer"].map(|o| stand.count(o)), [2.0, 1.0, 1.0]);
}

#[tokio::test(start_paused = true)]
async fn s_fb_1_an_older_answer_is_given_for_a_refusal_of_our_own_and_for_a_failed_readiness() {
    let mut stand = Stand::new(&CacheConfig::default());
    stand.call(7).await.unwrap();
    stand.inner.respond(|_| Answer::error(Rejection::new(&OPEN, "inside")));
    assert_eq!(stand.call(17).await.ok(), Some(7));
    stand.inner.fail_readiness_once(ProbeError::new("no connection"));
    assert_eq!(stand.call(27).await.ok(), Some(7));
    let reasons = [("circuit_open"), ("not_ready")].map(|reason| Word::Degraded(reason, ms(0)));
    assert_eq!(stand.said.take(), reasons);
}

#[tokio::test(start_paused = true)]
async fn s_fb_1_nobody_is_given_an_answer_that_is_too_old() {
    let mut stand = Stand::new(&CacheConfig::default().max_age(ms(1000)));
    stand.call(7).await.unwrap();
    stand.inner.respond(|_| broken());
    sleep(ms(1000)).await;
    assert_eq!(stand.call(7).await.ok(), Some(7));
    sleep(ms(1)).await;
    assert!(stand.call(7).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn s_fb_1_only_good_answers_are_kept() {
    let stand = Stand::new(&CacheConfig::default());
    let small = |outcome: Result<&u32, &Failure>| match outcome {
        Ok(answer) if *answer < 100 => Verdict::Success,
        Ok(answer) if *answer < 200 => Verdict::Neutral,
        _ => Trouble::IF_SAFE.into(),
    };
    let layer = stand.layer.clone().classify(small);
    let (probe, handle) = Probe::new(Answer::ready);
    let service = layer.layer(probe);
    for request in [7, 117, 217] {
        let _ = service.clone().oneshot(request).await;
    }
    handle.respond(|_| broken());
    assert_eq!(service.oneshot(7).await.ok(), Some(7));
    assert_eq!(stand.cache().snapshot().entries, 1);
    stand.said.take();
}

#[tokio::test(start_paused = true)]
async fn what_has_no_key_is_neither_kept_nor_answered_for() {
    let mut stand = Stand::new(&CacheConfig::default());
    stand.call(1007).await.unwrap();
    stand.inner.respond(|_| broken());
    assert!(stand.call(1007).await.is_err());
    assert_eq!((stand.cache().snapshot().entries, stand.count("primary")), (0, 2.0));
}

#[tokio::test(start_paused = true)]
async fn s_14_without_an_older_answer_the_original_error_is_given() {
    let mut stand = Stand::new(&CacheConfig::default());
    stand.inner.respond(|_| broken());
    let error = stand.call(7).await.unwrap_err();
    assert!(matches!(error, Failure::Service(error) if error == ProbeError::new("broken")));
}

#[tokio::test(start_paused = true)]
async fn s_fb_1_nobody_waits_for_an_answer_once_the_deadline_of_the_caller_is_over() {
    let mut stand = Stand::new(&CacheConfig::default());
    stand.call(7).await.unwrap();
    stand.inner.respond(|_| Answer::error(Rejection::new(&LATE, "inside")));
    assert!(stand.call(7).await.is_err());
    assert!(stand.said.take().is_empty());
}

#[tokio::test(start_paused = true)]
async fn s_fb_2_an_answer_is_given_while_the_service_has_no_capacity() {
    let mut stand = Stand::new(&CacheConfig::default().patience(ms(100)));
    stand.call(7).await.unwrap();
    stand.inner.not_ready();
    let start = now();
    assert_eq!(stand.call(17).await.ok(), Some(7));
    assert_eq!(now(), later(start, ms(100)));
    assert_eq!(stand.said.take(), [Word::Degraded("not_ready", ms(100))]);
    let seen = stand.inner.seen();
    assert_eq!((seen.waiting_ready, seen.unready_calls), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn s_fb_2_without_patience_an_answer_is_given_at_once() {
    let mut stand = Stand::new(&CacheConfig::default().patience(ms(0)));
    stand.call(7).await.unwrap();
    stand.inner.not_ready();
    let start = now();
    assert_eq!(stand.call(17).await.ok(), Some(7));
    assert_eq!(now(), start);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_becomes_ready_in_time_is_called() {
    let mut stand = Stand::new(&CacheConfig::default().patience(ms(100)));
    stand.call(7).await.unwrap();
    stand.inner.not_ready();
    let mut call = stand.pending(17);
    sleep(ms(99)).await;
    stand.inner.ready();
    assert_eq!(result(&mut call).ok(), Some(17));
}

#[tokio::test(start_paused = true)]
async fn where_nothing_is_kept_a_call_waits_for_capacity() {
    let mut stand = Stand::new(&CacheConfig::default());
    stand.inner.not_ready();
    let mut call = stand.pending(7);
    sleep(ms(60_000)).await;
    assert!(poll(&mut call).is_pending());
    stand.inner.ready();
    assert_eq!(result(&mut call).ok(), Some(7));
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_called_takes_as_long_as_it_likes() {
    let mut stand = Stand::new(&CacheConfig::default());
    stand.call(7).await.unwrap();
    stand.inner.respond(|request| Answer::ready(request).after(ms(5000)));
    assert_eq!(stand.call(17).await.ok(), Some(17));
}

#[tokio::test(start_paused = true)]
async fn s_10_a_cache_keeps_the_laws() {
    let key = |request: &u32| Some(*request);
    let layer = || FallbackLayer::cached("laws", key).registry(&Registry::new());
    laws::check(layer).await;
    laws::check(|| FallbackLayer::cached("laws", |_: &u32| None::<u32>)).await;
}

#[tokio::test(start_paused = true)]
async fn s_10_a_cache_whose_answers_are_fresh_for_a_while_keeps_the_laws() {
    let config = CacheConfig::default().fresh_for(ms(1000));
    let key = |request: &u32| Some(*request);
    let layer =
        || FallbackLayer::cached("laws", key).registry(&Registry::new()).config(&config).unwrap();
    laws::check(layer).await;
}
