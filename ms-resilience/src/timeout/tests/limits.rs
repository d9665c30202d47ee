//! When a call is given up.

use std::pin::pin;
use std::task::{Context as TaskContext, Poll, Waker};

use ms_core::clock::{later, now, sleep};
use ms_core::context::{Context, spawn};
use ms_core::deadline::Deadline;
use ms_core::registry::Registry;
use ms_core::rejection::{BoxError, Rejection};
use ms_core::testing::laws;
use ms_core::testing::reading::value;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

use super::super::{ATTEMPT, CALLS, DEADLINE, TOTAL, TimeoutLayer};
use super::{hung, is, ms, slow};

#[tokio::test(start_paused = true)]
async fn s_10_an_attempt_keeps_the_laws() {
    laws::check(|| TimeoutLayer::attempt(ms(1000))).await;
}

#[tokio::test(start_paused = true)]
async fn s_10_a_total_keeps_the_laws() {
    laws::check(|| TimeoutLayer::total(ms(1000))).await;
}

#[tokio::test(start_paused = true)]
async fn s_to_1_a_result_at_the_last_moment_counts() {
    let (probe, _) = slow();
    assert_eq!(
        TimeoutLayer::attempt(ms(500)).layer(probe.clone()).oneshot(500).await.ok(),
        Some(500)
    );
    assert_eq!(TimeoutLayer::total(ms(500)).layer(probe).oneshot(500).await.ok(), Some(500));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_is_given_up_when_the_time_is_over() {
    let (probe, handle) = slow();
    let start = now();
    let result = TimeoutLayer::attempt(ms(500)).layer(probe).oneshot(501).await;
    assert!(is(&result, &ATTEMPT));
    assert_eq!(now(), later(start, ms(500)));
    assert_eq!((handle.seen().in_flight, handle.seen().dropped), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn s_to_2_a_total_covers_readiness() {
    let (probe, handle) = slow();
    handle.not_ready();
    let start = now();
    let result = TimeoutLayer::total(ms(700)).layer(probe).oneshot(1).await;
    assert!(is(&result, &TOTAL));
    assert_eq!(now(), later(start, ms(700)));
    assert_eq!(handle.seen().calls, 0);
}

#[tokio::test(start_paused = true)]
async fn s_to_2_every_attempt_draws_on_one_deadline() {
    let (probe, handle) = hung();
    let attempt = TimeoutLayer::attempt(ms(400)).layer(probe);
    // A client that tries again at once, for ever.
    let insistent = service_fn(move |request: u32| {
        let attempt = attempt.clone();
        async move {
            loop {
                let result = attempt.clone().oneshot(request).await;
                if !is(&result, &ATTEMPT) {
                    return result;
                }
                sleep(ms(100)).await;
            }
        }
    });

    let start = now();
    let result = TimeoutLayer::total(ms(1200)).layer(insistent).oneshot(7).await;

    // 400 and 100 and 400 and 100 leave 200 for the third attempt.
    assert!(is(&result, &TOTAL));
    assert_eq!(now(), later(start, ms(1200)));
    assert_eq!(handle.seen().calls, 3);
}

#[tokio::test(start_paused = true)]
async fn s_to_2_an_attempt_is_cut_to_what_remains_and_that_is_not_the_fault_of_the_peer() {
    let (probe, _) = hung();
    let attempt = TimeoutLayer::attempt(ms(1000)).layer(probe);
    let start = now();
    let context = Context::new().with_deadline(Deadline::after(start, ms(300)));
    let result = context.scope(attempt.oneshot(7)).await;
    assert!(is(&result, &DEADLINE));
    assert_eq!(now(), later(start, ms(300)));
}

#[tokio::test(start_paused = true)]
async fn s_to_2_what_runs_inside_a_total_sees_its_deadline() {
    let start = now();
    let inside = service_fn(|(): ()| async {
        let at_once = Context::current().deadline();
        sleep(ms(100)).await;
        Ok::<_, Rejection>([at_once, Context::current().deadline()])
    });
    let seen = TimeoutLayer::total(ms(900)).layer(inside).oneshot(()).await.unwrap();
    assert_eq!(seen, [Some(Deadline::after(start, ms(900))); 2]);
}

#[tokio::test(start_paused = true)]
async fn s_to_2_whose_time_is_over_says_so_and_not_what_it_holds_inside() {
    let registry = Registry::new();
    let (probe, _) = hung();
    let client = ServiceBuilder::new()
        .layer(TimeoutLayer::total(ms(300)).name("users").registry(&registry))
        .layer(TimeoutLayer::attempt(ms(900)).name("users").registry(&registry))
        .service(probe);

    let result = client.clone().oneshot(7).await;

    assert!(is(&result, &TOTAL));
    let counted =
        |scope, outcome| value(&registry, CALLS.name(), &[("scope", scope), ("outcome", outcome)]);
    assert_eq!(counted("total", "timed_out"), Some(1.0));
    assert_eq!(counted("attempt", "cancelled"), Some(1.0));
}

#[tokio::test(start_paused = true)]
async fn s_to_2_work_that_leaves_the_task_is_cut_to_the_deadline_all_the_same() {
    let (probe, _) = hung();
    let attempt = TimeoutLayer::attempt(ms(900)).layer(probe);
    let (send, mut receive) = tokio::sync::mpsc::unbounded_channel();
    let start = now();
    let handler = service_fn(move |request: u32| {
        let (attempt, send) = (attempt.clone(), send.clone());
        async move {
            spawn(async move { send.send((attempt.oneshot(request).await, now())) });
            Ok::<_, Rejection>(())
        }
    });
    TimeoutLayer::total(ms(300)).layer(handler).oneshot(7).await.unwrap();

    let (result, end) = receive.recv().await.unwrap();
    assert!(is(&result, &DEADLINE));
    assert_eq!(end, later(start, ms(300)));
}

#[tokio::test(start_paused = true)]
async fn what_a_total_gives_up_is_dropped_at_that_moment_and_inside_of_its_context() {
    struct OnDrop(std::sync::mpsc::Sender<u32>);
    impl Drop for OnDrop {
        fn drop(&mut self) {
            let _ = self.0.send(Context::here().attempt());
        }
    }
    let (send, dropped) = std::sync::mpsc::channel();
    let hung = service_fn(move |(): ()| {
        let held = OnDrop(send.clone());
        async move {
            std::future::pending::<()>().await;
            drop(held);
            Ok::<_, Rejection>(())
        }
    });
    let mut client = TimeoutLayer::total(ms(300)).layer(hung);
    let mut call = pin!(Context::new().with_attempt(7).enter(|| client.call(())));
    assert!(is(&call.as_mut().await, &TOTAL));
    assert_eq!(dropped.try_recv(), Ok(7));
}

#[tokio::test(start_paused = true)]
async fn s_1_an_hour_of_the_paused_clock_passes_in_a_moment() {
    let (probe, _) = hung();
    let hour = ms(3_600_000);
    let start = now();
    let result = TimeoutLayer::attempt(hour).layer(probe).oneshot(7).await;
    assert!(is(&result, &ATTEMPT));
    assert_eq!(now(), later(start, hour));
}

#[tokio::test(start_paused = true)]
async fn s_to_2_the_nearer_of_two_totals_counts() {
    let (probe, _) = hung();
    let client = ServiceBuilder::new()
        .layer(TimeoutLayer::total(ms(300)))
        .layer(TimeoutLayer::total(ms(900)))
        .service(probe);
    let start = now();
    assert!(client.oneshot(7).await.is_err());
    assert_eq!(now(), later(start, ms(300)));
}

#[tokio::test(start_paused = true)]
async fn s_to_1_a_deadline_that_is_over_leaves_time_for_what_is_ready_at_once() {
    let (probe, _) = slow();
    let over = Deadline::at(now());
    sleep(ms(10)).await;
    let attempt = TimeoutLayer::attempt(ms(1000)).layer(probe);
    let call = |request| Context::new().with_deadline(over).scope(attempt.clone().oneshot(request));

    let start = now();
    assert_eq!(call(0).await.ok(), Some(0));
    assert!(is(&call(1).await, &DEADLINE));
    assert_eq!(now(), start);
}

#[tokio::test(start_paused = true)]
async fn s_to_2_a_call_that_was_made_in_one_task_and_is_awaited_in_another_keeps_its_deadline() {
    let (probe, _) = hung();
    let mut attempt = TimeoutLayer::attempt(ms(1000)).layer(probe);
    attempt.ready().await.unwrap();
    let mut context = Context::new().with_deadline(Deadline::after(now(), ms(300)));
    let call = context.enter(|| attempt.call(7));
    assert!(is(&tokio::spawn(call).await.unwrap(), &DEADLINE));
}

/// Outside a runtime a timer cannot be made: it would panic.
#[test]
fn s_to_6_a_call_that_is_ready_at_its_first_poll_makes_no_timer() {
    let (probe, _) = slow();
    let mut stack = ServiceBuilder::new()
        .layer(TimeoutLayer::total(ms(900)))
        .layer(TimeoutLayer::attempt(ms(500)))
        .service(probe);
    let mut cx = TaskContext::from_waker(Waker::noop());
    assert!(stack.poll_ready(&mut cx).is_ready());
    assert!(matches!(pin!(stack.call(0)).poll(&mut cx), Poll::Ready(Ok(0))));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_uses_up_its_turn_is_given_up_all_the_same() {
    let greedy = service_fn(|(): ()| async {
        loop {
            tokio::task::consume_budget().await;
            tokio::time::advance(ms(100)).await;
        }
        #[allow(unreachable_code, reason = "names the type")]
        Ok::<(), BoxError>(())
    });
    let result = TimeoutLayer::attempt(ms(500)).layer(greedy).oneshot(()).await;
    assert!(is(&result, &ATTEMPT));
}

#[tokio::test(start_paused = true)]
async fn an_error_of_the_service_passes_unchanged() {
    let failing = service_fn(|(): ()| async { Err::<(), BoxError>("broken".into()) });
    let error = TimeoutLayer::total(ms(500)).layer(failing).oneshot(()).await.unwrap_err();
    assert_eq!(error.to_string(), "broken");
}
