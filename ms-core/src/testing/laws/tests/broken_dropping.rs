//! Layers that let run on what was dropped.

use std::future::Future;
use std::mem::forget;
use std::pin::Pin;
use std::task::{Context, Poll};

use tower::Service;

use super::bent::{Answering, Fault, bent_call, breaks_only, honest};

#[tokio::test(start_paused = true)]
async fn s_4_a_layer_that_spawns_and_detaches_is_caught() {
    let layer = || {
        bent_call::<()>(|inner, (), request| {
            let future = inner.call(request);
            Box::pin(async {
                let spawned = tokio::spawn(future).await;
                spawned.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
            })
        })
    };
    let seen = breaks_only("a_dropped_future_drops_the_inner_one", layer).await;
    assert!(seen.ends_with("1 calls were dropped, 1 still run inside"), "{seen}");
}

/// Cleans up only after it was polled once.
struct Careless {
    inner: Option<Answering>,
    polled: bool,
}

impl Future for Careless {
    type Output = Result<u32, Fault>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.polled = true;
        self.inner.as_mut().unwrap().as_mut().poll(cx)
    }
}

impl Drop for Careless {
    fn drop(&mut self) {
        if !self.polled {
            forget(self.inner.take());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn s_4_a_future_that_must_be_polled_to_be_cleaned_up_is_caught() {
    let layer = || {
        bent_call::<()>(|inner, (), request| {
            Box::pin(Careless { inner: Some(honest(inner, request)), polled: false })
        })
    };
    breaks_only("an_unpolled_future_is_harmless", layer).await;
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_keeps_the_inner_service_for_ever_is_caught() {
    let layer = || {
        bent_call::<()>(|inner, (), request| {
            forget(inner.clone());
            honest(inner, request)
        })
    };
    let seen = breaks_only("a_dropped_service_drops_the_inner_one", layer).await;
    assert!(seen.ends_with("1 instances of the inner service live on"), "{seen}");
}
