//! Layers that do not wake, or wake all the time.

use std::mem::replace;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use tower::Service;

use super::bent::{bent_ready, breaks_only};

/// True until it is asked, and not in a clone.
struct First(bool);

impl Default for First {
    fn default() -> Self {
        Self(true)
    }
}

impl Clone for First {
    fn clone(&self) -> Self {
        Self(false)
    }
}

#[tokio::test(start_paused = true)]
async fn s_10_a_layer_that_stores_no_waker_is_caught() {
    let layer = || {
        bent_ready::<First>(|inner, first, cx| match replace(&mut first.0, false) {
            true => inner.poll_ready(&mut Context::from_waker(Waker::noop())),
            false => inner.poll_ready(cx),
        })
    };
    let seen = breaks_only("who_waits_is_woken", layer).await;
    assert!(seen.ends_with("Readiness came, and nobody was woken"), "{seen}");
}

#[tokio::test(start_paused = true)]
async fn s_10_a_busy_loop_is_caught() {
    let layer = || {
        bent_ready::<()>(|inner, (), cx| {
            let polled = inner.poll_ready(cx);
            if polled.is_pending() {
                cx.waker().wake_by_ref();
            }
            polled
        })
    };
    let seen = breaks_only("who_waits_is_left_alone", layer).await;
    assert!(seen.contains("while it waited for Readiness, the call was polled 33 times"), "{seen}");
}

/// The waker of the first poll that was pending. A clone has its own.
#[derive(Default)]
struct Stale(Option<Waker>);

impl Clone for Stale {
    fn clone(&self) -> Self {
        Self(None)
    }
}

#[tokio::test(start_paused = true)]
async fn s_10_a_layer_that_keeps_the_first_waker_is_caught() {
    let layer = || {
        bent_ready::<Stale>(|inner, stale, cx| {
            let waker = stale.0.get_or_insert_with(|| cx.waker().clone()).clone();
            inner.poll_ready(&mut Context::from_waker(&waker))
        })
    };
    let seen = breaks_only("the_latest_waker_is_woken", layer).await;
    assert!(seen.ends_with("only the first waker was woken (1 times)"), "{seen}");
}

/// Room for one waker, shared by all clones.
#[derive(Default)]
struct Slot(Mutex<Option<Waker>>);

impl Wake for Slot {
    fn wake(self: Arc<Self>) {
        let waker = self.0.lock().unwrap().take();
        waker.into_iter().for_each(Waker::wake);
    }
}

#[tokio::test(start_paused = true)]
async fn s_10_one_waker_for_all_clones_is_caught() {
    let layer = || {
        bent_ready::<Arc<Slot>>(|inner, slot, cx| {
            *slot.0.lock().unwrap() = Some(cx.waker().clone());
            inner.poll_ready(&mut Context::from_waker(&Arc::clone(slot).into()))
        })
    };
    let seen = breaks_only("every_waiting_clone_is_woken", layer).await;
    assert!(seen.ends_with("3 clones waited, 1 of them were woken"), "{seen}");
}

#[tokio::test(start_paused = true)]
async fn s_10_a_call_that_spins_for_ever_ends_the_law_and_not_the_test() {
    let layer = || {
        bent_ready::<()>(|_, (), cx| {
            cx.waker().wake_by_ref();
            Poll::Pending
        })
    };
    let found = crate::testing::laws::check::violations(layer, &[]).await;
    assert!(found[0].ends_with("a call was polled 10000 times"), "{found:#?}");
}
