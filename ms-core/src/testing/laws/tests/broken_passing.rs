//! Layers that change, delay or mix up what they pass on.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tower::Service;
use tower::layer::layer_fn;

use super::bent::{Answering, bent, bent_call, breaks_only, honest, refused};
use crate::clock::{now, sleep};
use crate::testing::laws::subject::Inner;
use crate::testing::probe::ProbeError;

#[tokio::test(start_paused = true)]
async fn a_layer_that_changes_an_answer_is_caught() {
    let layer = || {
        bent_call::<()>(|inner, (), request| {
            let future = inner.call(request);
            Box::pin(async { Ok(future.await?.min(41)) })
        })
    };
    let seen = breaks_only("an_answer_passes_unchanged", layer).await;
    assert!(seen.contains("a call gave Ok(41) for Ok(42)"), "{seen}");
}

#[tokio::test(start_paused = true)]
async fn s_14_a_layer_that_replaces_an_error_is_caught() {
    let layer = || {
        bent_call::<()>(|inner, (), request| {
            let future = inner.call(request);
            Box::pin(async { future.await.map_err(|_| ProbeError::new("sorry").into()) })
        })
    };
    let seen = breaks_only("an_error_passes_unchanged", layer).await;
    assert!(seen.contains("sorry"), "{seen}");
}

#[tokio::test(start_paused = true)]
async fn s_14_a_layer_that_swallows_an_error_is_caught() {
    let layer = || {
        bent_call::<()>(|inner, (), request| {
            let future = inner.call(request);
            Box::pin(async { Ok(future.await.unwrap_or(0)) })
        })
    };
    let seen = breaks_only("an_error_passes_unchanged", layer).await;
    assert!(seen.contains("it became the answer 0"), "{seen}");
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_answers_late_is_caught() {
    let layer = || {
        bent_call::<()>(|inner, (), request| {
            let (start, future) = (now(), inner.call(request));
            Box::pin(async move {
                let outcome = future.await;
                if now() - start > Duration::from_millis(10) {
                    sleep(Duration::from_millis(50)).await;
                }
                outcome
            })
        })
    };
    let seen = breaks_only("nothing_finishes_late", layer).await;
    assert!(seen.contains("50ms late") || seen.contains("51ms late"), "{seen}");
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_refuses_in_a_crowd_is_caught() {
    fn call(inner: &mut Inner, busy: &mut Arc<AtomicUsize>, request: u32) -> Answering {
        let busy = Arc::clone(busy);
        let full = busy.fetch_add(1, Ordering::SeqCst) >= 8;
        let future = inner.call(request);
        Box::pin(async move {
            let outcome = if full { Err(refused()) } else { future.await };
            busy.fetch_sub(1, Ordering::SeqCst);
            outcome
        })
    }
    let layer = || bent_call(call);
    let seen = breaks_only("many_calls_at_once_all_finish", layer).await;
    assert!(seen.contains("bent_refused"), "{seen}");
}

#[tokio::test(start_paused = true)]
async fn s_9_a_layer_that_keeps_its_first_inner_service_is_caught() {
    let layer = || {
        let first = Arc::new(Mutex::new(None));
        layer_fn(move |inner: Inner| first.lock().unwrap().get_or_insert(inner).clone())
    };
    breaks_only("services_of_one_layer_live_apart", layer).await;
}

#[tokio::test(start_paused = true)]
async fn clones_that_die_with_their_original_are_caught() {
    /// Only the original holds the life.
    struct Owner {
        life: Result<Arc<()>, Weak<()>>,
    }
    impl Clone for Owner {
        fn clone(&self) -> Self {
            let life = self.life.as_ref().map_or_else(Weak::clone, Arc::downgrade);
            Self { life: Err(life) }
        }
    }
    let original = || Owner { life: Ok(Arc::default()) };
    let layer = || {
        bent(
            original,
            |inner, _, cx| inner.poll_ready(cx),
            |inner, owner: &mut Owner, request| match &owner.life {
                Err(life) if life.upgrade().is_none() => Box::pin(async { Err(refused()) }),
                _ => honest(inner, request),
            },
        )
    };
    let seen = breaks_only("a_clone_outlives_its_original", layer).await;
    assert!(seen.contains("of generation 0"), "{seen}");
}
