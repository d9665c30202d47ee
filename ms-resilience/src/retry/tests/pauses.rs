//! How long it waits, and what for.

use std::time::Duration;

use ms_core::clock::{now, sleep};
use ms_core::context::Context;
use ms_core::deadline::{Deadline, Limit};
use ms_core::rejection::{Reason, Rejection};
use ms_core::testing::probe::{Answer, Probe};
use ms_core::verdict::Failure;
use proptest::prelude::*;
use tower::{Layer, Service, ServiceExt};

use super::super::RetryLayer;
use super::super::decide::pause;
use super::{End, Stand, ms, rich, stand, stand_with};

const FAILS: End = End::Fails(Failure::IF_SAFE);

fn asking(wait: Duration) -> End {
    End::Bad(Failure::IF_SAFE.retry_after(Some(wait)))
}

/// The pause before the second attempt.
fn first_pause(stand: &Stand<Vec<Duration>>) -> Duration {
    let seen = stand.seen();
    seen[1].at - seen[0].at - ms(10)
}

#[tokio::test(start_paused = true)]
async fn s_rt_3_what_the_peer_asks_for_counts_where_it_is_longer() {
    for (asked, least, most) in [(50, 100, 100), (100, 100, 100), (1_000, 1_000, 1_100)] {
        let stand = stand(&rich(), [asking(ms(asked))]);
        stand.call(2).await.unwrap();
        let pause = first_pause(&stand);
        assert!((ms(least)..=ms(most)).contains(&pause), "{asked}: {pause:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn s_rt_3_a_hostile_hint_is_cut_short() {
    for hostile in [Duration::MAX, Duration::from_secs(1 << 40)] {
        let stand = stand(&rich().longest_hint(ms(2_000)), [asking(hostile)]);
        stand.call(2).await.unwrap();
        assert!((ms(2_000)..=ms(2_200)).contains(&first_pause(&stand)));
    }
}

#[tokio::test(start_paused = true)]
async fn s_rt_3_where_hints_may_last_no_time_nobody_is_heeded() {
    let stand = stand(&rich().longest_hint(Duration::ZERO), [asking(ms(5_000))]);
    stand.call(2).await.unwrap();
    assert_eq!(first_pause(&stand), ms(100));
}

#[tokio::test(start_paused = true)]
async fn s_rt_3_those_who_were_told_the_same_do_not_come_back_together() {
    let mut pauses = std::collections::HashSet::new();
    for _ in 0..20 {
        let stand = stand(&rich(), [asking(ms(10_000))]);
        stand.call(2).await.unwrap();
        pauses.insert(first_pause(&stand));
    }
    assert!(pauses.len() > 15, "{pauses:?}");
}

#[tokio::test(start_paused = true)]
async fn s_rt_3_a_hint_that_does_not_fit_before_the_deadline_is_not_waited_for() {
    let stand = stand(&rich(), [asking(ms(1_000))]);
    let context = Context::new().with_deadline(Deadline::after(now(), ms(900)));
    let reply = context.scope(stand.call(2)).await.unwrap();
    assert!(matches!(reply.end, End::Bad(_)));
    assert_eq!(stand.counted(), ["deadline"]);
}

#[tokio::test(start_paused = true)]
async fn a_rejection_that_says_when_to_come_back_is_heeded() {
    const OPEN: Reason = Reason::unavailable("circuit_breaker", "circuit_open");
    let (probe, handle) = Probe::<u32, u32, Rejection>::with_error(Answer::ready);
    let refusal = || Rejection::new(&OPEN, "users").retry_after(ms(5_000));
    handle.respond(move |_| Answer::error(refusal()));
    let layer = RetryLayer::new("users", &rich().attempts(2).retry_rejections(true)).unwrap();
    let start = now();
    layer.plain(|_: &u32| true).layer(probe).oneshot(7).await.unwrap_err();
    let took = now() - start;
    assert!((ms(5_000)..=ms(5_500)).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_no_time_needs_no_timer() {
    let stand = stand_with(&rich(), [Duration::ZERO; 2], [FAILS, FAILS]);
    stand.call(2).await.unwrap();
    assert_eq!(stand.times(), [0, 10, 20]);
}

#[tokio::test(start_paused = true)]
async fn s_rt_1_a_limit_that_starts_with_the_first_wait_has_run_during_the_first_attempt() {
    // Of 115 ms the attempt takes 10, and the pause would take 100.
    for (limit, outcome) in [(ms(110), "deadline"), (ms(111), "recovered")] {
        let stand = stand(&rich(), [FAILS]);
        let mut call = Box::pin(stand.call(2));
        let mut context = Context::new().with_limit(Limit::within(limit));
        // As a total timeout does: the limit starts when somebody has to wait.
        let first = context.enter(|| futures_poll(&mut call));
        assert!(first.is_none());
        let _ = context.started(now()).scope(call).await;
        assert_eq!(stand.counted(), [outcome]);
    }
}

#[tokio::test(start_paused = true)]
async fn s_to_2_a_call_that_goes_on_in_another_task_keeps_its_deadline() {
    let until = |millis| Limit::until(Deadline::after(now(), ms(millis)));
    let within = |millis| Limit::within(ms(millis));
    // An attempt of 10 ms, and a pause of 100.
    for (is_open, millis, attempts) in
        [(false, 110, 1), (false, 111, 2), (true, 110, 1), (true, 111, 2)]
    {
        let limit = if is_open { within(millis) } else { until(millis) };
        let mut stand = stand(&rich(), [FAILS; 9]);
        let mut context = Context::new().with_limit(limit);
        stand.client.ready().await.unwrap();
        let call = context.enter(|| stand.client.call(2));
        tokio::spawn(call).await.unwrap().unwrap_err();
        assert_eq!((stand.seen().len(), stand.counted()), (attempts, vec!["deadline"]));
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_in_a_pause_is_woken_by_its_timer_alone() {
    let stand = stand(&rich(), [FAILS]);
    let wakes = ms_core::testing::wakes::Wakes::new();
    let mut call = Box::pin(stand.call(2));
    assert!(wakes.poll(call.as_mut()).is_pending());
    sleep(ms(10)).await;
    assert!(wakes.poll(call.as_mut()).is_pending());
    let before = wakes.count();
    sleep(ms(99)).await;
    assert_eq!(wakes.count(), before);
    sleep(ms(1)).await;
    assert_eq!(wakes.count(), before + 1);
}

/// What one poll of `future` gives.
fn futures_poll<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    match ms_core::testing::wakes::Wakes::new().poll(std::pin::Pin::new(future)) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}

fn duration() -> impl Strategy<Value = Duration> {
    let any = (any::<u64>(), 0_u32..1_000_000_000).prop_map(|(s, n)| Duration::new(s, n));
    prop_oneof![any, (0_u64..100_000).prop_map(ms)]
}

proptest! {
    #[test]
    fn s_rt_3_jitter_on_a_hint_only_adds_and_the_longest_hint_bounds_it(
        delay in duration(), hint in prop::option::of(duration()), longest in duration(),
        chance in 0.0_f64..1.0,
    ) {
        let heeded = hint.unwrap_or_default().min(longest);
        let pause = pause(delay, hint, longest, chance);
        prop_assert!(pause >= delay.max(heeded));
        let most = heeded.saturating_add(heeded / 10);
        prop_assert!(pause <= delay.max(most));
        prop_assert!(heeded > delay || pause == delay);
    }
}
