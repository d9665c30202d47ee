//! Many tasks that give up at any moment: nobody is stuck, and one at a time is called for a key.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;

use ms_core::registry::Registry;
use ms_core::rng::Rng;
use ms_core::testing::probe::ProbeError;
use tokio::task::{JoinSet, yield_now};
use tower::{Layer, Service, service_fn};

use super::super::super::FallbackLayer;
use super::super::CacheConfig;
use super::{Failure, ms};

const TASKS: u32 = 24;
const DROPS: u32 = 10_000;
const KEYS: u32 = 3;

/// How many are inside for each key, and how many calls were dropped in there.
#[derive(Debug, Default)]
struct Inside {
    now: [AtomicU32; KEYS as usize],
    dropped: AtomicU32,
}

struct Visit {
    inside: Arc<Inside>,
    key: usize,
    is_over: bool,
}

impl Visit {
    fn of(inside: Arc<Inside>, key: usize) -> Self {
        let others = inside.now[key].fetch_add(1, Ordering::SeqCst);
        assert_eq!(others, 0, "two calls for one key at a time");
        Self { inside, key, is_over: false }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.inside.now[self.key].fetch_sub(1, Ordering::SeqCst);
        self.inside.dropped.fetch_add(u32::from(!self.is_over), Ordering::SeqCst);
    }
}

/// Answers, or fails, after some turns of the scheduler.
fn busy(
    inside: &Arc<Inside>,
) -> impl Service<u32, Response = u32, Error = Failure, Future: Send> + Clone + Send + use<> {
    let inside = Arc::clone(inside);
    service_fn(move |request: u32| {
        let inside = Arc::clone(&inside);
        async move {
            let mut visit = Visit::of(inside, (request % KEYS) as usize);
            for _ in 0..request % 7 {
                yield_now().await;
            }
            visit.is_over = true;
            if request.is_multiple_of(5) {
                Err(ProbeError::new("broken").into())
            } else {
                Ok(request)
            }
        }
    })
}

/// Calls, and gives up after some polls, until enough who led were dropped.
async fn visit<S>(mut service: S, inside: Arc<Inside>, seed: u64)
where
    S: Service<u32, Response = u32, Error = Failure>,
{
    let chance = Rng::seeded(seed);
    while inside.dropped.load(Ordering::SeqCst) < DROPS {
        let request = u32::try_from(chance.below(1000)).unwrap();
        let mut call = Box::pin(service.call(request));
        let mut patience = chance.below(12);
        poll_fn(|cx| {
            if call.as_mut().poll(cx).is_ready() || patience == 0 {
                return Poll::Ready(());
            }
            patience -= 1;
            if patience.is_multiple_of(3) {
                cx.waker().wake_by_ref();
            }
            Poll::Pending
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn s_fb_2_leaders_that_are_dropped_leave_nobody_stuck_and_one_call_for_each_key() {
    // Never fresh when it is looked at, so every call leads or follows.
    let config = CacheConfig::default().fresh_for(std::time::Duration::from_nanos(1));
    let config = config.max_age(ms(1)).max_wait(ms(600_000)).patience(ms(600_000));
    let layer = FallbackLayer::cached("stress", |request: &u32| Some(request % KEYS));
    let layer = layer.registry(&Registry::new()).config(&config).unwrap();
    let inside = Arc::new(Inside::default());
    let service = layer.layer(busy(&inside));
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        tasks.spawn(visit(service.clone(), Arc::clone(&inside), task.into()));
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    assert!(inside.now.iter().all(|inside| inside.load(Ordering::SeqCst) == 0));
    assert_eq!(layer.handle().snapshot().waiting, 0);
}
