//! Layers that do not get over a panic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use tower::Service;

use super::bent::{bent_call, breaks_only, honest, refused};

#[tokio::test(start_paused = true)]
async fn s_5_a_layer_that_makes_an_error_of_a_panic_is_caught() {
    let layer = || {
        bent_call::<()>(|inner, (), request| {
            let mut future = Box::pin(inner.call(request));
            Box::pin(std::future::poll_fn(move |cx| {
                let poll = AssertUnwindSafe(|| future.as_mut().poll(cx));
                catch_unwind(poll).unwrap_or_else(|_| Err(refused()).into())
            }))
        })
    };
    let seen = breaks_only("a_panic_in_poll_unwinds", layer).await;
    assert!(seen.contains("the panic became Err"), "{seen}");
}

#[tokio::test(start_paused = true)]
async fn s_4_a_mutex_that_a_panic_poisons_is_caught() {
    let layer = || {
        bent_call::<Arc<Mutex<()>>>(|inner, mutex, request| {
            let _held = mutex.lock().expect("poisoned");
            honest(inner, request)
        })
    };
    let seen = breaks_only("a_panic_in_call_unwinds", layer).await;
    assert!(seen.contains("the same service is broken after it: poisoned"), "{seen}");
}
