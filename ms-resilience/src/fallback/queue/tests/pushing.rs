//! What is accepted, and when.

use std::pin::pin;

use ms_core::clock::now;
use ms_core::registry::Registry;
use ms_core::rejection::BoxError;
use ms_core::testing::laws;
use ms_core::testing::probe::{Answer, Probe, ProbeError};
use ms_core::testing::reading::value;
use ms_core::testing::wakes::Wakes;
use tower::{Layer, ServiceExt};

use super::super::super::{CALLS, Failed, FallbackConfig, FallbackLayer};
use super::super::{Change, Codec, MemoryStore, PushError, Queue, QueueConfig, Receipt};
use super::{Failure, Slow, Stand, ms, numbers};

fn broken() -> Probe<u32, u32> {
    Probe::new(|_| Answer::error(ProbeError::new("broken"))).0
}

const fn number(receipt: Receipt) -> u32 {
    #[allow(clippy::cast_possible_truncation, reason = "a test has few entries")]
    let id = receipt.id as u32;
    1000 + id
}

#[tokio::test(start_paused = true)]
async fn s_fb_1_a_queue_takes_the_request_for_later_and_answers_at_once() {
    let stand = Stand::new(&QueueConfig::default());
    let service = FallbackLayer::queued("orders", &stand.queue, number).layer(broken());
    let start = now();
    for request in [7, 8] {
        assert_eq!(service.clone().oneshot(request).await.ok(), Some(993 + request));
    }
    assert_eq!((now(), stand.counts()), (start, (2, 0)));
    super::run(pin!(stand.drain()));
    assert_eq!(stand.handle.requests(), [7, 8]);
}

#[tokio::test(start_paused = true)]
async fn s_14_a_queue_that_is_full_leaves_the_original_error() {
    let registry = Registry::new();
    let stand = Stand::new(&QueueConfig::default().max_entries(1));
    let layer = FallbackLayer::queued("orders", &stand.queue, number).registry(&registry);
    let service = layer.layer(broken());
    service.clone().oneshot(7).await.unwrap();
    let error = service.clone().oneshot(8).await.unwrap_err();
    assert!(matches!(error, Failure::Service(error) if error == ProbeError::new("broken")));
    let count = |outcome| value(&registry, CALLS.name(), &[("outcome", outcome), ("by", "queue")]);
    assert_eq!([count("degraded"), count("full")], [Some(1.0), Some(1.0)]);
}

#[tokio::test(start_paused = true)]
async fn s_14_a_request_that_cannot_be_written_leaves_the_original_error() {
    let stand = Stand::new(&QueueConfig::default());
    let service = FallbackLayer::queued("orders", &stand.queue, number).layer(broken());
    assert!(matches!(service.oneshot(13).await, Err(Failure::Service(_))));
    assert_eq!(stand.counts(), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn s_11_a_queue_has_a_bound_of_entries_and_one_of_bytes() {
    let stand = Stand::new(&QueueConfig::default().max_entries(3).max_bytes(10));
    stand.queue.push(vec![0; 6]).await.unwrap();
    assert!(matches!(stand.queue.push(vec![0; 5]).await, Err(PushError::Full)));
    stand.queue.push(vec![0; 4]).await.unwrap();
    stand.queue.push(vec![]).await.unwrap();
    assert!(matches!(stand.queue.push(vec![]).await, Err(PushError::Full)));
    assert_eq!(stand.queue.snapshot().bytes, 10);
}

#[tokio::test(start_paused = true)]
async fn an_entry_is_accepted_when_it_is_safe_and_waits_from_then_on() {
    let store = Slow::default();
    let config = QueueConfig::default();
    let queue =
        Queue::registered(&Registry::new(), "a", store.clone(), numbers(), &config).unwrap();
    let mut push = pin!(queue.push(vec![7]));
    let wakes = Wakes::new();
    assert!(wakes.poll(push.as_mut()).is_pending());
    assert_eq!(queue.snapshot().waiting, 0);
    store.open();
    assert_eq!(push.await.unwrap().id, 0);
    assert_eq!(queue.snapshot().waiting, 1);
    let pushed = Change::Push { id: 0, entry: [7].as_slice().into() };
    assert_eq!(store.changes(), [pushed]);
}

#[tokio::test(start_paused = true)]
async fn s_4_an_entry_that_nobody_was_told_about_is_withdrawn() {
    let store = Slow::default();
    let config = QueueConfig::default().max_entries(1);
    let queue =
        Queue::registered(&Registry::new(), "a", store.clone(), numbers(), &config).unwrap();
    drop(queue.push(vec![7]));
    assert_eq!(store.changes()[1..], [Change::Done { id: 0 }]);
    store.open();
    assert_eq!(queue.push(vec![8]).await.unwrap().id, 1); // there is room again
    assert_eq!(queue.snapshot().waiting, 1);
}

#[tokio::test(start_paused = true)]
async fn s_14_a_store_that_fails_or_takes_too_long_leaves_the_original_error() {
    let store = Slow::default();
    let config = QueueConfig::default().max_entries(1);
    let queue =
        Queue::registered(&Registry::new(), "a", store.clone(), numbers(), &config).unwrap();
    let soon = FallbackConfig::default().timeout(ms(50));
    let layer = FallbackLayer::queued("orders", &queue, number).config(&soon).unwrap();
    assert!(matches!(layer.layer(broken()).oneshot(7).await, Err(Failure::Service(_))));
    assert_eq!(store.changes()[1..], [Change::Done { id: 0 }]);
    store.fail();
    assert!(matches!(layer.layer(broken()).oneshot(7).await, Err(Failure::Service(_))));
    assert!(matches!(queue.push(vec![]).await, Err(PushError::Store(_))));
    assert_eq!(queue.snapshot().bytes, 0);
}

#[tokio::test(start_paused = true)]
async fn s_10_a_queue_as_a_fallback_keeps_the_laws() {
    let layer = || {
        let config = QueueConfig::default();
        let queue =
            Queue::registered(&Registry::new(), "laws", MemoryStore, numbers(), &config).unwrap();
        FallbackLayer::queued("laws", &queue, number).registry(&Registry::new())
    };
    let answered = ["an_error_passes_unchanged", "a_readiness_error_is_transient"];
    laws::check_except(&answered, layer).await;
}

#[tokio::test(start_paused = true)]
async fn a_queue_may_be_for_some_failures_only() {
    let stand = Stand::new(&QueueConfig::default());
    let layer = FallbackLayer::queued("orders", &stand.queue, number);
    let layer = layer.when(|failed: &Failed<u32, Failure>| failed.never_left());
    assert!(layer.layer(broken()).oneshot(7).await.is_err());
    assert_eq!(stand.counts(), (0, 0));
}

#[test]
fn a_codec_passes_on_why_it_cannot() {
    use super::super::{Decode, Encode};
    let codec = Codec::new(
        |_: &u32| Err::<Vec<u8>, BoxError>("too long".into()),
        |_: &[u8]| Err::<u32, BoxError>("too short".into()),
    );
    assert_eq!(codec.decode(b"").unwrap_err().to_string(), "too short");
    let mut encoding = pin!(Encode::encode(&codec, 7));
    let encoded = Wakes::new().poll(encoding.as_mut());
    assert!(
        matches!(encoded, std::task::Poll::Ready(Err(error)) if error.to_string() == "too long")
    );
}
