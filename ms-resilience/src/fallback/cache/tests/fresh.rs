//! Answers that are given without a call, and calls that follow others.

use ms_core::clock::{later, now, sleep};
use ms_core::context::Context;
use ms_core::deadline::Deadline;
use ms_core::testing::probe::{Answer, Probe};
use ms_core::testing::wakes::Wakes;
use tower::{Layer, Service};

use super::super::super::FallbackLayer;
use super::super::{CacheConfig, Copies};
use super::{Stand, Word, broken, last_digit, ms, poll, result};

fn fresh_for(millis: u64) -> CacheConfig {
    CacheConfig::default().fresh_for(ms(millis))
}

#[tokio::test(start_paused = true)]
async fn s_fb_2_a_fresh_answer_is_given_without_a_call_and_without_capacity() {
    let mut stand = Stand::new(&fresh_for(1000));
    stand.call(7).await.unwrap();
    stand.inner.not_ready();
    sleep(ms(1000)).await;
    assert_eq!(result(&mut stand.call(17)).ok(), Some(7));
    assert_eq!((stand.inner.seen().calls, stand.inner.seen().ready_polls), (1, 1));
    assert_eq!(stand.said.take(), [Word::Age(ms(1000))]);
    assert_eq!([stand.count("fresh"), stand.count("degraded")], [1.0, 0.0]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_fresh_any_more_is_refreshed() {
    let mut stand = Stand::new(&fresh_for(1000));
    stand.call(7).await.unwrap();
    sleep(ms(1001)).await;
    assert_eq!(stand.call(17).await.ok(), Some(17));
    assert_eq!(stand.call(27).await.ok(), Some(17));
    assert_eq!(stand.inner.requests(), [7, 17]);
}

#[tokio::test(start_paused = true)]
async fn s_fb_2_one_call_gets_an_answer_for_all_also_where_none_is_kept() {
    let mut stand = Stand::new(&fresh_for(1000));
    stand.inner.respond(|request| Answer::ready(request).held());
    let mut leader = stand.pending(7);
    let wakes = Wakes::new();
    let mut followers: Vec<_> = (1..=5).map(|n| stand.call(n * 10 + 7)).collect();
    for follower in &mut followers {
        assert!(wakes.poll(follower.as_mut()).is_pending());
    }
    let mut other = stand.pending(8);
    assert_eq!((stand.inner.requests(), stand.cache().snapshot().waiting), (vec![7, 8], 5));

    stand.inner.release_all();
    assert_eq!(result(&mut leader).ok(), Some(7));
    assert_eq!(wakes.count(), 5);
    for follower in &mut followers {
        assert_eq!(result(follower).ok(), Some(7));
    }
    assert_eq!(result(&mut other).ok(), Some(8));
    assert_eq!((stand.inner.seen().calls, stand.count("shared")), (2, 5.0));
}

#[tokio::test(start_paused = true)]
async fn s_fb_2_where_every_call_is_made_nobody_waits_for_another() {
    let mut stand = Stand::new(&CacheConfig::default());
    stand.inner.respond(|_| Answer::never());
    let _calls = [stand.pending(7), stand.pending(17)];
    assert_eq!(stand.inner.requests(), [7, 17]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_follows_waits_no_longer_than_its_patience_if_there_is_an_older_answer() {
    let mut stand = Stand::new(&fresh_for(1000).patience(ms(50)));
    stand.call(7).await.unwrap();
    sleep(ms(1001)).await;
    stand.inner.respond(|_| Answer::never());
    let _leader = stand.pending(17);
    let start = now();
    assert_eq!(stand.call(27).await.ok(), Some(7));
    assert_eq!(now(), later(start, ms(50)));
    assert_eq!(stand.said.take(), [Word::Degraded("refreshing", ms(1051))]);
    assert_eq!(stand.inner.seen().calls, 2);
}

#[tokio::test(start_paused = true)]
async fn s_11_a_call_that_has_waited_for_long_enough_is_made() {
    let mut stand = Stand::new(&fresh_for(1000).max_wait(ms(300)));
    stand.inner.respond(|request| match request {
        7 => Answer::never(),
        request => Answer::ready(request),
    });
    let _leader = stand.pending(7);
    let start = now();
    assert_eq!(stand.call(17).await.ok(), Some(17));
    assert_eq!(now(), later(start, ms(300)));
    // And what it got is fresh for others.
    assert_eq!(result(&mut stand.call(27)).ok(), Some(17));
}

#[tokio::test(start_paused = true)]
async fn s_11_only_so_many_wait_for_others_and_the_rest_is_called() {
    let mut stand = Stand::new(&fresh_for(1000).max_waiting(2));
    stand.inner.respond(|_| Answer::never());
    let _calls: Vec<_> = (0..5).map(|n| stand.pending(n * 10 + 7)).collect();
    assert_eq!(stand.inner.requests(), [7, 37, 47]);
    assert_eq!(stand.cache().snapshot().waiting, 2);
}

#[tokio::test(start_paused = true)]
async fn s_to_2_a_call_does_not_wait_for_another_beyond_its_deadline() {
    let mut stand = Stand::new(&fresh_for(1000));
    stand.inner.respond(|request| match request {
        7 => Answer::never(),
        request => Answer::ready(request),
    });
    let _leader = stand.pending(7);
    let start = now();
    let mut near = Context::new().with_deadline(Deadline::after(start, ms(30)));
    let call = near.enter(|| stand.call(17));
    assert_eq!(call.await.ok(), Some(17));
    assert_eq!(now(), later(start, ms(30)));
}

#[tokio::test(start_paused = true)]
async fn all_who_follow_a_call_that_fails_are_given_the_older_answer() {
    let mut stand = Stand::new(&fresh_for(1000));
    stand.call(7).await.unwrap();
    sleep(ms(1001)).await;
    stand.inner.respond(|_| broken().held());
    let mut calls: Vec<_> = (1..4).map(|n| stand.pending(n * 10 + 7)).collect();
    stand.inner.release_all();
    for call in &mut calls {
        assert_eq!(result(call).ok(), Some(7));
    }
    assert_eq!(stand.said.take(), [Word::Degraded("failure", ms(1001)); 3]);
    assert_eq!(stand.inner.seen().calls, 2);
}

#[tokio::test(start_paused = true)]
async fn all_who_follow_a_call_that_finds_no_capacity_are_given_the_older_answer() {
    let mut stand = Stand::new(&fresh_for(1000).patience(ms(50)));
    stand.call(7).await.unwrap();
    sleep(ms(1001)).await;
    stand.inner.not_ready();
    let mut leader = stand.pending(17);
    sleep(ms(25)).await;
    let mut follower = stand.pending(27);
    sleep(ms(25)).await;
    assert_eq!([result(&mut leader).ok(), result(&mut follower).ok()], [Some(7); 2]);
    assert_eq!(stand.said.take(), [Word::Degraded("not_ready", ms(1051)); 2]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_too_heavy_to_be_kept_is_one_for_those_who_wait_for_it() {
    let light = Copies::weighed(|answer: &u32| u64::from(*answer));
    let config = fresh_for(1000).max_weight(50);
    let layer = FallbackLayer::cached_as("users", light, last_digit).config(&config).unwrap();
    let (probe, handle) = Probe::new(|request: u32| Answer::ready(request).held());
    let mut service = layer.layer(probe);
    let mut leader = Box::pin(service.call(97));
    let mut follower = Box::pin(service.call(7));
    assert!(Wakes::new().poll(leader.as_mut()).is_pending());
    assert!(Wakes::new().poll(follower.as_mut()).is_pending());
    handle.release_all();
    assert_eq!(leader.await.ok(), Some(97));
    assert_eq!(follower.await.ok(), Some(97));
    assert_eq!((layer.handle().snapshot().entries, handle.seen().calls), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_follower_that_is_polled_again_is_woken_by_its_latest_waker() {
    let mut stand = Stand::new(&fresh_for(1000));
    stand.inner.respond(|request| Answer::ready(request).held());
    let mut leader = stand.pending(7);
    let mut follower = stand.pending(17);
    let (old, new) = (Wakes::new(), Wakes::new());
    assert!(old.poll(follower.as_mut()).is_pending() && new.poll(follower.as_mut()).is_pending());
    stand.inner.release_all();
    result(&mut leader).unwrap();
    assert_eq!((old.count(), new.count()), (0, 1));
    assert!(poll(&mut follower).is_ready());
}
