//! Who gets the answer when the one who was to get it does not.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ms_core::clock::{now, sleep};
use ms_core::context::{Context, Criticality};
use ms_core::testing::probe::{Answer, Probe};
use ms_core::testing::wakes::Wakes;
use tower::{Layer, Service, service_fn};

use super::super::super::FallbackLayer;
use super::super::{CacheConfig, Keep, Slot};
use super::{Failure, Stand, broken, ms, poll, result};

fn stand() -> Stand {
    Stand::new(&CacheConfig::default().fresh_for(ms(1000)))
}

#[tokio::test(start_paused = true)]
async fn s_fb_2_a_leader_that_is_dropped_hands_over_to_the_first_who_follows() {
    let mut stand = stand();
    stand.inner.respond(|request| Answer::ready(request).held());
    let leader = stand.pending(7);
    let (mut first, mut second) = (stand.call(17), stand.call(27));
    let (woken_first, woken_second) = (Wakes::new(), Wakes::new());
    assert!(woken_first.poll(first.as_mut()).is_pending());
    assert!(woken_second.poll(second.as_mut()).is_pending());

    drop(leader);
    assert_eq!((woken_first.count(), woken_second.count()), (1, 0));
    assert!(poll(&mut first).is_pending());
    assert_eq!(stand.inner.requests(), [7, 17]);
    stand.inner.release_all();
    assert_eq!([result(&mut first).ok(), result(&mut second).ok()], [Some(17); 2]);
}

#[tokio::test(start_paused = true)]
async fn s_fb_2_who_leads_and_was_not_polled_yet_passes_it_on() {
    let mut stand = stand();
    stand.inner.respond(|request| Answer::ready(request).held());
    let leader = stand.pending(7);
    let (first, mut second) = (stand.pending(17), stand.pending(27));
    drop(leader);
    drop(first); // leads, and has not heard of it
    assert!(poll(&mut second).is_pending());
    assert_eq!(stand.inner.requests(), [7, 27]);

    drop(second);
    stand.inner.release_all();
    assert_eq!(stand.call(37).await.ok(), Some(37)); // nobody leads any more
    assert_eq!(stand.cache().snapshot().waiting, 0);
}

#[tokio::test(start_paused = true)]
async fn s_fb_2_a_leader_that_panics_hands_over() {
    let mut stand = stand();
    stand.inner.respond(|request| match request {
        7 => Answer::panic_in_poll().held(),
        8 => Answer::panic_in_call(),
        request => Answer::ready(request),
    });
    let mut leader = stand.pending(7);
    let mut follower = stand.pending(17);
    stand.inner.release_all();
    catch_unwind(AssertUnwindSafe(|| poll(&mut leader))).unwrap_err();
    assert!(poll(&mut follower).is_pending());
    drop(leader);
    assert_eq!(result(&mut follower).ok(), Some(17));

    catch_unwind(AssertUnwindSafe(|| stand.call(8))).unwrap_err();
    assert_eq!(stand.call(18).await.ok(), Some(18));
}

#[tokio::test(start_paused = true)]
async fn s_fb_2_a_leader_that_fails_without_an_older_answer_hands_over_one_by_one() {
    let mut stand = stand();
    stand.inner.respond(|_| broken().held());
    let mut calls: Vec<_> = (1..4).map(|n| stand.pending(n * 10 + 7)).collect();
    for (call, made) in calls.iter_mut().zip(1..) {
        assert!(poll(call).is_pending());
        assert_eq!(stand.inner.seen().calls, made);
        stand.inner.release(1);
        assert!(result(call).is_err());
    }
    assert_eq!(stand.count("no_answer"), 3.0);
}

#[tokio::test(start_paused = true)]
async fn s_fb_2_a_leader_that_waits_for_capacity_and_is_dropped_hands_over() {
    let mut stand = stand();
    stand.inner.not_ready();
    let leader = stand.pending(7);
    let mut follower = stand.pending(17);
    drop(leader);
    assert!(poll(&mut follower).is_pending());
    stand.inner.ready();
    assert_eq!(result(&mut follower).ok(), Some(17));
    assert_eq!(stand.inner.seen().unready_calls, 0);
}

#[tokio::test(start_paused = true)]
async fn s_4_a_panic_of_a_key_leaves_nothing_behind() {
    let (probe, handle) = Probe::new(Answer::ready);
    let key = |request: &u32| Some(if *request == 0 { panic!("no key") } else { *request });
    let config = CacheConfig::default().fresh_for(ms(1000));
    let layer = FallbackLayer::cached("users", key).config(&config).unwrap();
    let mut service = layer.layer(probe);
    catch_unwind(AssertUnwindSafe(|| service.call(0))).unwrap_err();
    assert_eq!(service.call(1).await.ok(), Some(1));
    assert_eq!((handle.requests(), layer.handle().snapshot().entries), (vec![1], 1));
}

/// An answer whose copies may panic.
#[derive(Debug)]
struct Touchy(u32);

impl Clone for Touchy {
    fn clone(&self) -> Self {
        assert!(self.0 != 0, "no copy of me");
        Self(self.0)
    }
}

#[tokio::test(start_paused = true)]
async fn s_4_a_panic_of_a_copy_hands_over_and_leaves_the_cache_whole() {
    let answer = service_fn(|request: u32| async move {
        sleep(ms(10)).await;
        Ok::<_, Failure>(Touchy(request))
    });
    let config = CacheConfig::default().fresh_for(ms(1000));
    let layer = FallbackLayer::cached("users", |_: &u32| Some(())).config(&config).unwrap();
    let mut service = layer.unmarked().layer(answer);
    let mut leader = Box::pin(service.call(0));
    let mut follower = Box::pin(service.call(7));
    let wakes = Wakes::new();
    assert!(wakes.poll(leader.as_mut()).is_pending());
    assert!(wakes.poll(follower.as_mut()).is_pending());
    sleep(ms(10)).await;
    catch_unwind(AssertUnwindSafe(|| wakes.poll(leader.as_mut()))).unwrap_err();
    assert_eq!(follower.await.unwrap().0, 7);
    assert_eq!(service.call(9).await.unwrap().0, 7);
}

/// A key that cannot be compared with others.
#[derive(Debug)]
struct Lonely(u32);

impl PartialEq for Lonely {
    fn eq(&self, other: &Self) -> bool {
        assert!(self.0 != 0 && other.0 != 0, "do not compare me");
        self.0 == other.0
    }
}

impl Eq for Lonely {}

impl std::hash::Hash for Lonely {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u8(7); // all alike
    }
}

#[tokio::test(start_paused = true)]
async fn s_4_a_key_whose_comparison_panics_leaves_the_cache_whole() {
    let (probe, _) = Probe::new(Answer::ready);
    let config = CacheConfig::default().max_entries(3);
    let layer = FallbackLayer::cached("users", |n: &u32| Some(Lonely(*n))).config(&config).unwrap();
    let mut service = layer.layer(probe);
    service.call(1).await.unwrap();
    for _ in 0..5 {
        let mut call = Box::pin(service.call(0));
        catch_unwind(AssertUnwindSafe(|| Wakes::new().poll(call.as_mut()))).unwrap_err();
    }
    for request in 1..=9 {
        service.call(request).await.unwrap();
    }
    assert_eq!((layer.handle().snapshot().entries, layer.handle().snapshot().weight), (3, 12));
}

/// Keeps nothing, in one of two ways.
#[derive(Clone)]
struct Nothing {
    passes: bool,
}

impl Keep<u32> for Nothing {
    type Kept = u32;
    type Response = u32;

    fn keep<S: Slot<u32>>(&self, response: u32, mut slot: S) -> u32 {
        if self.passes {
            slot.pass();
        }
        response
    }

    fn pass(&self, response: u32) -> u32 {
        response
    }

    fn restore(&self, kept: &u32) -> u32 {
        *kept
    }
}

#[tokio::test(start_paused = true)]
async fn who_follows_an_answer_that_is_not_one_to_be_kept_is_called_with_all_others_at_once() {
    for (passes, called) in [(true, 4), (false, 2)] {
        let config = CacheConfig::default().fresh_for(ms(1000));
        let layer = FallbackLayer::cached_as("users", Nothing { passes }, |_: &u32| Some(()));
        let (probe, handle) = Probe::new(|request: u32| Answer::ready(request).held());
        let mut service = layer.config(&config).unwrap().layer(probe);
        let mut calls: Vec<_> = (0..4).map(|request| Box::pin(service.call(request))).collect();
        let wakes = Wakes::new();
        assert!(calls.iter_mut().all(|call| wakes.poll(call.as_mut()).is_pending()));
        handle.release(1);
        assert!(wakes.poll(calls.remove(0).as_mut()).is_ready());
        assert!(calls.iter_mut().all(|call| wakes.poll(call.as_mut()).is_pending()));
        assert_eq!(handle.seen().calls, called);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_handed_over_is_made_in_its_own_context() {
    let seen = service_fn(|hangs: bool| {
        let criticality = Context::current().criticality();
        async move {
            match hangs {
                true => std::future::pending().await,
                false => Ok::<_, Failure>(u32::from(criticality == Criticality::Sheddable)),
            }
        }
    });
    let config = CacheConfig::default().fresh_for(ms(1000));
    let layer = FallbackLayer::cached("users", |_: &bool| Some(())).config(&config).unwrap();
    let mut service = layer.layer(seen);
    let mut leader = Box::pin(service.call(true));
    assert!(Wakes::new().poll(leader.as_mut()).is_pending());
    let mut sheddable = Context::new().with_criticality(Criticality::Sheddable);
    let mut follower = Box::pin(sheddable.enter(|| service.call(false)));
    assert!(Wakes::new().poll(follower.as_mut()).is_pending());
    drop(leader);
    let start = now();
    assert_eq!(follower.await.ok(), Some(1));
    assert_eq!(now(), start);
}
