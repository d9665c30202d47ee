//! What each kind answers, and to whom.

use std::sync::{Arc, Mutex};

use ms_core::context::{Context, Criticality};
use ms_core::error::Error;
use ms_core::registry::Registry;
use ms_core::rejection::{Rejectable, Rejection};
use ms_core::repeat::{NotRepeatable, Plain, Repeat};
use ms_core::testing::probe::{Answer, Probe, ProbeError};
use ms_core::verdict::{Failure as Fault, Verdict};
use tower::{Layer, Service, ServiceExt, service_fn};

use super::super::{Failed, FallbackLayer, LOST};
use super::{Failure, OPEN, broken, count, flaky, is_original, rejected};

type Outcome = Result<u32, Failure>;

const fn always(_: &u32) -> bool {
    true
}

const fn never(_: &u32) -> bool {
    false
}

#[tokio::test(start_paused = true)]
async fn s_fb_1_a_value_answers_for_a_service_that_fails() {
    let (probe, handle) = flaky();
    let service = FallbackLayer::value("users", 42).layer(probe);
    assert_eq!(service.clone().oneshot(0).await.ok(), Some(42));
    assert_eq!(service.oneshot(7).await.ok(), Some(7));
    assert_eq!(handle.requests(), [0, 7]);
}

#[tokio::test(start_paused = true)]
async fn s_fb_1_a_function_has_the_request_and_what_went_wrong() {
    let layer =
        FallbackLayer::with("users", |request: u32, failed: Failed<u32, Failure>| async move {
            let error = failed.error().map(ToString::to_string);
            assert_eq!(error.as_deref(), Some("broken"));
            assert!(failed.is_failure() && failed.response().is_none() && !failed.is_local());
            Ok(request + 100)
        });
    assert_eq!(layer.layer(broken()).oneshot(5).await.ok(), Some(105));
}

#[tokio::test(start_paused = true)]
async fn s_fb_1_a_function_is_shown_a_response_that_is_as_bad_as_an_error() {
    let teapot = |outcome: Result<&u32, &Failure>| match outcome {
        Ok(418) => Fault::FINAL.into(),
        _ => Verdict::Success,
    };
    let layer = FallbackLayer::with("users", |_: u32, failed: Failed<u32, Failure>| async move {
        Ok(failed.response().copied().unwrap_or_default() * 10)
    });
    let (probe, _) = flaky();
    let service = layer.classify(teapot).layer(probe);
    assert_eq!(service.clone().oneshot(418).await.ok(), Some(4180));
    assert_eq!(service.oneshot(200).await.ok(), Some(200));
}

#[tokio::test(start_paused = true)]
async fn s_fb_1_another_service_answers_and_is_made_ready_before() {
    let (replica, handle) = Probe::new(|request: u32| Answer::ready(request * 2));
    let layer = FallbackLayer::service("users", replica, Plain::new(always));
    let service = layer.layer(broken());
    for request in 1..=3 {
        assert_eq!(service.clone().oneshot(request).await.ok(), Some(request * 2));
    }
    let seen = handle.seen();
    assert_eq!((handle.requests(), seen.unready_calls), (vec![1, 2, 3], 0));
}

#[tokio::test(start_paused = true)]
async fn s_fb_1_it_answers_also_where_the_readiness_of_the_service_fails() {
    let (probe, handle) = flaky();
    let layer =
        FallbackLayer::with("users", |request: u32, failed: Failed<u32, Failure>| async move {
            Ok(if failed.is_unready() { request + 100 } else { 0 })
        });
    let mut service = layer.layer(probe);
    handle.fail_readiness_once(ProbeError::new("no connection"));
    assert_eq!(service.ready().await.unwrap().clone().oneshot(1).await.ok(), Some(101));
    assert_eq!(service.oneshot(1).await.ok(), Some(1));

    let (probe, handle) = flaky();
    handle.not_ready();
    let call = tokio::spawn(FallbackLayer::value("users", 9).layer(probe).oneshot(1));
    tokio::task::yield_now().await;
    handle.fail_readiness_once(ProbeError::new("no connection"));
    assert_eq!(call.await.unwrap().ok(), Some(9));
}

#[tokio::test(start_paused = true)]
async fn s_fb_1_it_answers_for_a_call_that_our_own_side_refused() {
    let (probe, _) = rejected(&OPEN);
    let layer = FallbackLayer::with("users", |_: u32, failed: Failed<u32, Failure>| async move {
        assert!(failed.is_local() && failed.never_left());
        assert_eq!(failed.verdict(), Some(Verdict::Neutral));
        Ok(u32::from(failed.reason() == "circuit_open"))
    });
    assert_eq!(layer.layer(probe).oneshot(1).await.ok(), Some(1));
}

#[tokio::test(start_paused = true)]
async fn s_14_a_fallback_that_has_no_answer_leaves_the_original_error() {
    let none = FallbackLayer::with("users", |_: u32, _: Failed<u32, Failure>| async {
        Err(Error::Service(ProbeError::new("another one")))
    });
    assert!(is_original(&none.layer(broken()).oneshot(1).await));

    let (replica, handle) = Probe::new(|_: u32| Answer::error(ProbeError::new("another one")));
    let registry = Registry::new();
    let layer = FallbackLayer::service("users", replica, Plain::new(always)).registry(&registry);
    assert!(is_original(&layer.layer(broken()).oneshot(1).await));
    handle.fail_readiness_once(ProbeError::new("not now"));
    assert!(is_original(&layer.layer(broken()).oneshot(1).await));
    assert_eq!(count(&registry, "no_answer"), 2.0);
}

#[tokio::test(start_paused = true)]
async fn s_14_an_outcome_that_a_function_never_gives_back_is_reported() {
    let shelf: Arc<Mutex<Vec<Failed<u32, Failure>>>> = Arc::default();
    let keeps = Arc::clone(&shelf);
    let layer = FallbackLayer::with("users", move |_: u32, failed: Failed<u32, Failure>| {
        keeps.lock().unwrap().push(failed);
        async { Outcome::Err(Error::Service(ProbeError::new("another one"))) }
    });
    let error = layer.layer(broken()).oneshot(1).await.unwrap_err();
    assert!(error.as_rejection().is_some_and(|rejection| rejection.is(&LOST)));
    assert!(shelf.lock().unwrap()[0].error().is_some());
}

#[tokio::test(start_paused = true)]
async fn s_rt_2_another_service_is_not_given_what_may_have_been_worked_on_already() {
    let registry = Registry::new();
    let (replica, handle) = Probe::new(Answer::ready);
    let layer = FallbackLayer::service("users", replica, Plain::new(never)).registry(&registry);

    assert!(is_original(&layer.layer(broken()).oneshot(1).await));
    assert_eq!((handle.requests().len(), count(&registry, "not_safe")), (0, 1.0));

    let (open, _) = rejected(&OPEN);
    assert_eq!(layer.layer(open).oneshot(2).await.ok(), Some(2));
    let refused = |_: Result<&u32, &Failure>| Fault::NEVER_SENT.into();
    assert_eq!(layer.clone().classify(refused).layer(broken()).oneshot(3).await.ok(), Some(3));
    let (unready, unready_handle) = flaky();
    unready_handle.fail_readiness_once(ProbeError::new("no connection"));
    assert_eq!(layer.layer(unready).oneshot(4).await.ok(), Some(4));
    assert_eq!(handle.requests(), [2, 3, 4]);
}

/// Requests of which it is known only later whether they can be had again.
#[derive(Clone)]
struct Scripted(Arc<Mutex<Vec<NotRepeatable>>>);

impl Repeat<u32> for Scripted {
    type Sent = u32;
    type Kept = u32;

    fn is_safe(&self, _: &u32) -> bool {
        true
    }

    fn split(&self, request: u32, _: usize) -> (u32, u32) {
        (request, request)
    }

    fn once(&self, request: u32) -> u32 {
        request
    }

    fn again(&self, kept: &u32) -> Result<u32, NotRepeatable> {
        self.check(kept).map(|()| *kept)
    }

    fn last(&self, kept: u32) -> Result<u32, NotRepeatable> {
        match self.0.lock().unwrap().pop() {
            Some(why) => Err(why),
            None => Ok(kept),
        }
    }

    fn check(&self, _: &u32) -> Result<(), NotRepeatable> {
        let mut answers = self.0.lock().unwrap();
        match answers.last().copied() {
            Some(NotRepeatable::InUse) => {
                answers.pop();
                Err(NotRepeatable::InUse)
            }
            Some(why) => Err(why),
            None => Ok(()),
        }
    }

    fn number(&self, _: &mut u32, _: u32) {}
}

#[tokio::test(start_paused = true)]
async fn a_request_that_somebody_still_reads_is_waited_for() {
    let uses = Scripted(Arc::new(Mutex::new(vec![NotRepeatable::InUse; 4])));
    let (replica, _) = Probe::new(Answer::ready);
    let layer = FallbackLayer::service("users", replica, uses);
    let start = ms_core::clock::now();
    assert_eq!(layer.layer(broken()).oneshot(7).await.ok(), Some(7));
    assert_eq!(ms_core::clock::now() - start, super::ms(1 + 2 + 4 + 8));
}

#[tokio::test(start_paused = true)]
async fn s_14_a_request_that_was_not_kept_leaves_the_original_error() {
    let registry = Registry::new();
    let too_large = || Scripted(Arc::new(Mutex::new(vec![NotRepeatable::TooLarge])));
    let (replica, handle) = Probe::new(Answer::ready);
    let layer = FallbackLayer::service("users", replica, too_large()).registry(&registry);
    assert!(is_original(&layer.layer(broken()).oneshot(7).await));
    let function = FallbackLayer::with(
        "users",
        |request: u32, _: Failed<u32, Failure>| async move { Ok(request) },
    );
    let function = function.requests(too_large()).registry(&registry);
    assert!(is_original(&function.layer(broken()).oneshot(7).await));
    assert_eq!((handle.requests().len(), count(&registry, "not_kept")), (0, 2.0));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_polled_elsewhere_is_answered_in_its_own_context() {
    let layer = FallbackLayer::with("users", |_: u32, _: Failed<u32, Failure>| async {
        Ok(u32::from(Context::current().criticality() == Criticality::Sheddable))
    });
    let mut service = layer.layer(broken());
    let mut sheddable = Context::new().with_criticality(Criticality::Sheddable);
    let call = sheddable.enter(|| service.call(1));
    assert_eq!(tokio::spawn(call).await.unwrap().ok(), Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_rejection_of_the_fallback_itself_is_no_answer() {
    let full = service_fn(|_: u32| async { Outcome::Err(Rejection::new(&OPEN, "replica").into()) });
    let layer = FallbackLayer::service("users", full, Plain::new(always));
    assert!(is_original(&layer.layer(broken()).oneshot(1).await));
}
