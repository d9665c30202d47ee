//! How many fallbacks, for how long, and what is given back.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;

use ms_core::clock::{later, now, sleep};
use ms_core::context::Context;
use ms_core::deadline::Deadline;
use ms_core::registry::Registry;
use ms_core::rejection::{Fault, Reason};
use ms_core::repeat::Plain;
use ms_core::testing::probe::{Answer, Probe};
use ms_core::testing::wakes::Wakes;
use tower::{Layer, Service, ServiceExt};

use super::super::{Failed, FallbackConfig, FallbackLayer, Function};
use super::{Failure, broken, count, hung, is_original, ms, rejected};

const LATE: Reason = Reason::deadline("test", "deadline_exceeded").fault_of(Fault::Caller);

type Slow = FallbackLayer<
    Function<fn(u32, Failed<u32, Failure>) -> Sleeps, u32, u32, Failure>,
    super::super::Cloned,
>;
type Sleeps = Pin<Box<dyn Future<Output = Result<u32, Failure>> + Send>>;

/// Answers with the request after as many milliseconds, and holds what it was lent until then.
fn sleeps(request: u32, failed: Failed<u32, Failure>) -> Sleeps {
    Box::pin(async move {
        sleep(ms(request.into())).await;
        drop(failed);
        Ok(request)
    })
}

fn slow(registry: &Registry, config: &FallbackConfig) -> Slow {
    let function: fn(u32, Failed<u32, Failure>) -> Sleeps = sleeps;
    FallbackLayer::with("users", function).registry(registry).config(config).unwrap()
}

#[tokio::test(start_paused = true)]
async fn s_fb_1_a_fallback_that_takes_too_long_is_given_up_for_the_original_error() {
    let registry = Registry::new();
    let layer = slow(&registry, &FallbackConfig::default().timeout(ms(50)));
    let service = layer.layer(broken());
    let start = now();
    assert_eq!(service.clone().oneshot(50).await.ok(), Some(50));
    assert!(is_original(&service.oneshot(51).await));
    assert_eq!(now(), later(start, ms(100)));
    assert_eq!(["degraded", "timed_out"].map(|outcome| count(&registry, outcome)), [1.0, 1.0]);
}

#[tokio::test(start_paused = true)]
async fn s_to_2_a_fallback_stays_within_the_deadline() {
    let service = slow(&Registry::new(), &FallbackConfig::default()).layer(broken());
    let start = now();
    let soon = Context::new().with_deadline(Deadline::after(start, ms(30)));
    assert!(is_original(&soon.scope(service.oneshot(500)).await));
    assert_eq!(now(), later(start, ms(30)));
}

#[tokio::test(start_paused = true)]
async fn s_to_2_a_fallback_knows_how_much_time_it_has() {
    let remaining = |_: u32, _: Failed<u32, Failure>| async {
        let left = Context::current().deadline().map(|deadline| deadline.remaining(now()));
        Ok(u32::try_from(left.unwrap().as_millis()).unwrap())
    };
    let config = FallbackConfig::default().timeout(ms(70));
    let layer = FallbackLayer::with("users", remaining).config(&config).unwrap();
    assert_eq!(layer.layer(broken()).oneshot(1).await.ok(), Some(70));
    let near = Context::new().with_deadline(Deadline::after(now(), ms(20)));
    assert_eq!(near.scope(layer.layer(broken()).oneshot(1)).await.ok(), Some(20));
}

#[tokio::test(start_paused = true)]
async fn s_fb_1_only_so_many_fallbacks_run_at_a_time_and_the_rest_gets_the_original_error() {
    let registry = Registry::new();
    let layer = slow(&registry, &FallbackConfig::default().max_concurrent(2));
    let service = layer.layer(broken());
    let calls = [1, 2].map(|_| tokio::spawn(service.clone().oneshot(100)));
    tokio::task::yield_now().await;
    assert_eq!(layer.handle().in_flight(), 2);

    assert!(is_original(&service.clone().oneshot(1).await));
    assert_eq!(count(&registry, "full"), 1.0);
    for call in calls {
        assert_eq!(call.await.unwrap().ok(), Some(100));
    }
    assert_eq!(layer.handle().in_flight(), 0);
    assert_eq!(service.oneshot(1).await.ok(), Some(1));
}

#[tokio::test(start_paused = true)]
async fn no_place_at_all_switches_it_off() {
    let off = FallbackConfig::default().max_concurrent(0);
    let layer = FallbackLayer::value("users", 7).config(&off).unwrap();
    assert!(is_original(&layer.layer(broken()).oneshot(1).await));
    layer.handle().reconfigure(&FallbackConfig::default()).unwrap();
    assert_eq!(layer.layer(broken()).oneshot(1).await.ok(), Some(7));
}

#[tokio::test(start_paused = true)]
async fn s_fb_1_nobody_waits_for_a_fallback_once_the_deadline_of_the_caller_is_over() {
    let (probe, _) = rejected(&LATE);
    let registry = Registry::new();
    let layer = FallbackLayer::value("users", 7).registry(&registry);
    let error = layer.layer(probe).oneshot(1).await.unwrap_err();
    assert!(matches!(error, Failure::Rejected(rejection) if rejection.is(&LATE)));
    assert_eq!(count(&registry, "primary"), 1.0);
}

#[tokio::test(start_paused = true)]
async fn s_4_a_fallback_that_is_dropped_or_panics_gives_its_place_back() {
    let registry = Registry::new();
    let layer = slow(&registry, &FallbackConfig::default().max_concurrent(1));
    let mut call = Box::pin(layer.layer(broken()).oneshot(100));
    assert!(Wakes::new().poll(call.as_mut()).is_pending());
    assert_eq!(layer.handle().in_flight(), 1);
    drop(call);
    assert_eq!((layer.handle().in_flight(), count(&registry, "cancelled")), (0, 1.0));

    let in_function = |_: u32, _: Failed<u32, Failure>| -> Sleeps { panic!("in the function") };
    let layer = FallbackLayer::with("panics", in_function);
    let mut call = Box::pin(layer.layer(broken()).oneshot(1));
    catch_unwind(AssertUnwindSafe(|| Wakes::new().poll(call.as_mut()))).unwrap_err();
    drop(call);
    assert_eq!(layer.handle().in_flight(), 0);

    let (replica, _) = Probe::new(|_: u32| Answer::panic_in_poll());
    let layer = FallbackLayer::service("panics", replica, Plain::new(|_: &u32| true));
    let mut call = Box::pin(layer.layer(broken()).oneshot(1));
    catch_unwind(AssertUnwindSafe(|| Wakes::new().poll(call.as_mut()))).unwrap_err();
    drop(call);
    assert_eq!(layer.handle().in_flight(), 0);
}

#[tokio::test(start_paused = true)]
async fn s_5_a_call_that_is_dropped_before_it_failed_is_cancelled() {
    let registry = Registry::new();
    let (probe, handle) = hung();
    let layer = FallbackLayer::value("users", 7).registry(&registry);
    let mut call = Box::pin(layer.layer(probe).oneshot(1));
    assert!(Wakes::new().poll(call.as_mut()).is_pending());
    drop(call);
    assert_eq!((count(&registry, "cancelled"), handle.seen().in_flight), (1.0, 0));
}

#[tokio::test(start_paused = true)]
async fn s_10_a_call_that_finds_the_service_not_ready_waits_with_the_instance_that_was_asked() {
    let (probe, handle) = super::flaky();
    handle.limit(1);
    let mut service = FallbackLayer::value("users", 7).layer(probe);
    let held = service.ready().await.unwrap().call(1); // holds the only permit
    let mut waiting = Box::pin(service.ready().await.unwrap().call(2));
    assert!(Wakes::new().poll(waiting.as_mut()).is_pending());
    assert_eq!(handle.seen().clones, 1);
    assert_eq!(held.await.ok(), Some(1));
    assert_eq!(waiting.await.ok(), Some(2));
    let seen = handle.seen();
    assert_eq!((seen.unready_calls, seen.idle_ready), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn s_10_a_service_that_is_idle_holds_nothing_inside() {
    let (probe, handle) = super::flaky();
    let mut service = FallbackLayer::value("users", 7).layer(probe);
    service.ready().await.unwrap();
    assert_eq!(handle.seen().idle_ready, 0);
}

#[tokio::test(start_paused = true)]
async fn what_the_service_has_left_is_dropped_before_the_fallback_is_asked() {
    let (probe, handle) = super::flaky();
    let inside = handle.clone();
    let layer = FallbackLayer::with("users", move |_: u32, _: Failed<u32, Failure>| {
        let left = inside.seen().futures - inside.seen().finished;
        async move { Ok(u32::try_from(left).unwrap()) }
    });
    assert_eq!(layer.layer(probe).oneshot(0).await.ok(), Some(0));
}
