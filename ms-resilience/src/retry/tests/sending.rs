//! What is sent, by whom, and what is held meanwhile.

use std::sync::atomic::Ordering;

use ms_core::context::Context;
use ms_core::verdict::Failure;
use tower::{Layer, Service, ServiceExt};

use super::scripted::{Classifier, Scripted, classify};
use super::{End, ms, rich, stand, stand_with};
use crate::retry::RetryLayer;
use crate::schedule::Backoff;

const FAILS: End = End::Fails(Failure::IF_SAFE);
const BAD: End = End::Bad(Failure::IF_SAFE);

#[tokio::test(start_paused = true)]
async fn s_rt_8_each_attempt_is_told_its_number() {
    let stand = stand(&rich(), [FAILS, BAD]);
    let _ = Context::new().with_attempt(7).scope(stand.call(2)).await;
    let numbers: Vec<_> = stand.seen().iter().map(|seen| seen.request.number).collect();
    assert_eq!(numbers, [1, 2, 3]);
    // The first is made in the context of the caller, without one of its own.
    let contexts: Vec<_> = stand.seen().iter().map(|seen| seen.context).collect();
    assert_eq!(contexts, [7, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn s_rt_8_attempts_keep_the_rest_of_the_context() {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = std::sync::Arc::clone(&seen);
    let service = tower::service_fn(move |_: u32| {
        let log = std::sync::Arc::clone(&log);
        async move {
            tokio::task::yield_now().await;
            let id = Context::current().correlation_id().map(ToString::to_string);
            log.lock().unwrap().push((Context::current().attempt(), id));
            Err::<(), ms_core::rejection::BoxError>("broken".into())
        }
    });
    let layer = RetryLayer::new("users", &rich()).unwrap().plain(|_: &u32| true);
    let id = ms_core::context::CorrelationId::parse("order-7").unwrap();
    let call = layer.layer(service).oneshot(7);
    Context::new().with_correlation_id(id).scope(call).await.unwrap_err();
    let id = Some("order-7".to_owned());
    assert_eq!(*seen.lock().unwrap(), [(0, id.clone()), (2, id.clone()), (3, id)]);
}

#[tokio::test(start_paused = true)]
async fn s_rt_7_the_last_attempt_keeps_nothing() {
    let stand = stand(&rich(), [FAILS, FAILS]);
    stand.call(2).await.unwrap();
    let is_last: Vec<_> = stand.seen().iter().map(|seen| seen.request.is_last).collect();
    assert_eq!(is_last, [false, false, true]);
}

#[tokio::test(start_paused = true)]
async fn s_rt_7_where_there_is_only_one_attempt_nothing_is_kept() {
    let stand = stand(&rich().attempts(1), [FAILS]);
    stand.call(2).await.unwrap_err();
    let sent = stand.seen()[0].request;
    assert_eq!((sent.is_last, sent.number), (true, 0));
    assert!(stand.requests.limits.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn s_rt_6_as_much_is_kept_as_the_settings_say() {
    let stand = stand(&rich(), []);
    stand.call(2).await.unwrap();
    stand.retry.reconfigure(&rich().keep(7)).unwrap();
    stand.call(2).await.unwrap();
    assert_eq!(*stand.requests.limits.lock().unwrap(), [65_536, 7]);
}

#[tokio::test(start_paused = true)]
async fn s_rt_7_a_response_is_dropped_before_the_pause_and_the_next_attempt() {
    let stand = stand(&rich(), [BAD, BAD]);
    let alive = std::sync::Arc::clone(&stand.inner.lock().unwrap().alive);
    let call = tokio::spawn(stand.client.clone().oneshot(2));
    ms_core::clock::sleep(ms(50)).await; // in the first pause
    assert_eq!(alive.load(Ordering::Relaxed), 0);
    let reply = call.await.unwrap().unwrap();
    assert_eq!(stand.inner.lock().unwrap().left, [0, 0, 0]);
    assert_eq!(alive.load(Ordering::Relaxed), 1);
    drop(reply);
}

#[tokio::test(start_paused = true)]
async fn s_10_the_first_attempt_uses_the_instance_that_was_made_ready() {
    let mut stand = stand(&rich(), [FAILS]);
    let before = stand.inner.lock().unwrap().clones;
    stand.client.ready().await.unwrap().call(2).await.unwrap();
    // One for the attempt beyond the first, and none for one that succeeds at once.
    assert_eq!(stand.inner.lock().unwrap().clones - before, 1);
    stand.client.ready().await.unwrap().call(2).await.unwrap();
    assert_eq!(stand.inner.lock().unwrap().clones - before, 1);
}

#[tokio::test(start_paused = true)]
async fn s_rt_4_a_schedule_is_begun_only_when_a_call_has_failed() {
    #[derive(Clone, Default)]
    struct Counted(std::sync::Arc<std::sync::atomic::AtomicUsize>);
    impl IntoIterator for Counted {
        type Item = std::time::Duration;
        type IntoIter = std::iter::Repeat<std::time::Duration>;
        fn into_iter(self) -> Self::IntoIter {
            self.0.fetch_add(1, Ordering::Relaxed);
            std::iter::repeat(ms(1))
        }
    }
    let begun = Counted::default();
    let stand = stand_with(&rich(), begun.clone(), [End::Answer, FAILS, FAILS]);
    stand.call(2).await.unwrap();
    assert_eq!(begun.0.load(Ordering::Relaxed), 0);
    stand.call(2).await.unwrap();
    assert_eq!(begun.0.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn s_rt_4_without_a_schedule_the_settings_say_how_long_to_wait() {
    let backoff = Backoff::constant(ms(70));
    let layer = RetryLayer::new("users", &rich().backoff(backoff)).unwrap();
    let stand = stand(&rich(), [FAILS; 9]);
    let inner = Scripted { inner: std::sync::Arc::clone(&stand.inner), is_ready: false };
    let classify = classify as Classifier;
    let client = layer.clone().requests(stand.requests.clone()).classify(classify).layer(inner);
    client.clone().oneshot(2).await.unwrap_err();
    assert_eq!(stand.times(), [0, 80, 160]);

    let slower = rich().backoff(Backoff::constant(ms(500)));
    layer.handle().reconfigure(&slower).unwrap();
    client.oneshot(2).await.unwrap_err();
    assert_eq!(stand.times()[3..], [170, 680, 1190]);
}
