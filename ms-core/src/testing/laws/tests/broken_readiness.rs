//! Layers that call what is not ready, or keep what others need.

use std::future::poll_fn;
use std::mem::{replace, take};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use tower::limit::{ConcurrencyLimitLayer, GlobalConcurrencyLimitLayer};
use tower::{Service, ServiceExt};

use super::bent::{bent, bent_call, bent_ready, breaks_only, honest};
use crate::testing::laws::check::violations;
use crate::testing::laws::subject::Inner;
use crate::testing::probe::ProbeError;

/// A flag that its clones do not copy.
#[derive(Default)]
struct Own(bool);

impl Clone for Own {
    fn clone(&self) -> Self {
        Self(false)
    }
}

#[tokio::test(start_paused = true)]
async fn s_10_a_layer_that_asks_for_readiness_only_once_is_caught() {
    let layer = || {
        bent_ready::<Own>(|inner, asked, cx| {
            if !asked.0 {
                std::task::ready!(inner.poll_ready(cx))?;
                asked.0 = true;
            }
            Poll::Ready(Ok(()))
        })
    };
    let seen = breaks_only("only_what_is_ready_is_called", layer).await;
    assert!(seen.contains("3 unready calls, after calls followed each other"), "{seen}");
}

#[tokio::test(start_paused = true)]
async fn s_10_a_clone_that_copies_the_readiness_of_its_original_is_caught() {
    let layer = || {
        bent(
            || false,
            |inner, ready, cx| {
                if !*ready {
                    std::task::ready!(inner.poll_ready(cx))?;
                    *ready = true;
                }
                Poll::Ready(Ok(()))
            },
            |inner, ready, request| {
                *ready = false;
                honest(inner, request)
            },
        )
    };
    let seen = breaks_only("a_clone_is_made_ready_anew", layer).await;
    assert!(seen.contains("1 unready calls"), "{seen}");
}

#[tokio::test(start_paused = true)]
async fn s_10_towers_concurrency_limit_is_caught_hoarding() {
    let seen = breaks_only("an_idle_service_holds_no_permit", || ConcurrencyLimitLayer::new(64));
    assert!(seen.await.ends_with("64 clones that are idle keep one more waiting"));
    let layer = || GlobalConcurrencyLimitLayer::new(64);
    breaks_only("an_idle_service_holds_no_permit", layer).await;
}

type Pool = Arc<Mutex<Option<Inner>>>;

#[tokio::test(start_paused = true)]
async fn s_10_a_layer_that_makes_ready_ahead_of_the_next_call_is_caught() {
    let layer = || {
        bent(
            Pool::default,
            |inner, pool, cx| match take(&mut *pool.lock().unwrap()) {
                Some(ready) => {
                    *inner = ready;
                    Poll::Ready(Ok(()))
                }
                None => inner.poll_ready(cx),
            },
            |inner, pool, request| {
                let (future, mut next, pool) = (inner.call(request), inner.clone(), pool.clone());
                Box::pin(async move {
                    let answer = future.await?;
                    if poll_fn(|cx| next.poll_ready(cx)).await.is_ok() {
                        *pool.lock().unwrap() = Some(next);
                    }
                    Ok(answer)
                })
            },
        )
    };
    let seen = breaks_only("one_permit_is_enough", layer).await;
    assert!(seen.ends_with("after call 0, 1 permits lie idle"), "{seen}");
}

#[tokio::test(start_paused = true)]
async fn s_10_readiness_that_outlives_its_service_is_caught() {
    let layer = || {
        let kept = Pool::default();
        bent(
            move || Arc::clone(&kept),
            |inner, kept: &mut Pool, cx| {
                let mut kept = kept.lock().unwrap();
                if kept.is_none() {
                    std::task::ready!(inner.poll_ready(cx))?;
                    let next = inner.clone();
                    *kept = Some(replace(inner, next));
                }
                Poll::Ready(Ok(()))
            },
            |inner, kept, request| {
                let mut ready = kept.lock().unwrap().take();
                honest(ready.as_mut().unwrap_or(inner), request)
            },
        )
    };
    breaks_only("a_dropped_service_gives_its_permit_back", layer).await;
}

#[tokio::test(start_paused = true)]
async fn s_10_a_service_that_ends_with_its_first_readiness_error_is_caught() {
    let layer = || {
        bent_ready::<bool>(|inner, ended, cx| {
            let polled = inner.poll_ready(cx);
            *ended |= matches!(polled, Poll::Ready(Err(_)));
            match polled {
                Poll::Ready(Ok(())) if *ended => Err(ProbeError::new("it has ended").into()).into(),
                polled => polled,
            }
        })
    };
    let seen = breaks_only("a_readiness_error_is_transient", layer).await;
    assert!(seen.contains("it has ended"), "{seen}");
}

/// The classic: the instance that was made ready stays behind, and a clone of it is called.
#[tokio::test(start_paused = true)]
async fn s_10_a_layer_that_calls_a_clone_of_what_it_made_ready_is_caught() {
    let layer = || bent_call::<()>(|inner, (), request| honest(&mut inner.clone(), request));
    let found = violations(layer, &[]).await;
    assert!(found.iter().any(|law| law.starts_with("only_what_is_ready_is_called")), "{found:#?}");
}

#[tokio::test(start_paused = true)]
async fn s_10_a_layer_that_makes_two_ready_for_one_call_waits_for_itself() {
    let layer = || {
        bent_call::<()>(|inner, (), request| {
            let clone = inner.clone();
            Box::pin(clone.oneshot(request))
        })
    };
    let found = violations(layer, &[]).await;
    let seen = found.iter().find(|law| law.starts_with("one_permit_is_enough"));
    assert!(seen.is_some_and(|law| law.contains("did not finish within an hour")), "{found:#?}");
}
