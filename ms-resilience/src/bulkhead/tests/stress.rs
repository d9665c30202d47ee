//! Many threads at once: never more in flight than may be, and nothing is left behind.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;

use ms_core::registry::Registry;
use ms_core::rejection::Rejection;
use ms_core::testing::reading::value;
use tokio::task::{JoinSet, yield_now};
use tower::{Layer, Service, ServiceExt, service_fn};

use super::super::{BulkheadConfig, BulkheadLayer, CALLS};
use super::ms;

const TASKS: u32 = 32;
const ROUNDS: u32 = 200;

/// How many are inside, and how many there ever were at once.
#[derive(Debug, Default)]
struct Inside {
    now: AtomicU32,
    peak: AtomicU32,
}

impl Inside {
    fn enter(self: &Arc<Self>) -> Visit {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.peak.fetch_max(now, Ordering::SeqCst);
        Visit(Arc::clone(self))
    }
}

struct Visit(Arc<Inside>);

impl Drop for Visit {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Answers after so many turns of the scheduler as the request says.
fn busy(
    inside: &Arc<Inside>,
) -> impl Service<u32, Response = (), Error = Rejection, Future: Send> + Clone + Send + use<> {
    let inside = Arc::clone(inside);
    service_fn(move |turns: u32| {
        let inside = Arc::clone(&inside);
        async move {
            let _visit = inside.enter();
            for _ in 0..turns {
                yield_now().await;
            }
            Ok(())
        }
    })
}

/// Calls, and gives up after some polls.
async fn visit<S>(mut service: S, task: u32)
where
    S: Service<u32, Response = (), Error = Rejection> + Clone,
{
    for round in 0..ROUNDS {
        let mut call = Box::pin(service.ready().await.unwrap().call((task + round) % 4));
        let mut patience = (task * 7 + round * 3) % 11;
        poll_fn(|cx| {
            if call.as_mut().poll(cx).is_ready() || patience == 0 {
                return Poll::Ready(());
            }
            patience -= 1;
            if patience.is_multiple_of(2) {
                cx.waker().wake_by_ref();
            }
            Poll::Pending
        })
        .await;
    }
}

/// Lets all tasks loose, while the limit goes through `limits` by turns; the most at once.
async fn peak(limits: &'static [u32]) -> u32 {
    let registry = Registry::new();
    let config = BulkheadConfig::new(limits[0]).max_queue(8).max_wait(ms(60_000));
    let layer = BulkheadLayer::new("stress", &config).unwrap().registry(&registry);
    let inside = Arc::new(Inside::default());
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        tasks.spawn(visit(layer.layer(busy(&inside)), task));
    }
    let handle = layer.handle();
    tasks.spawn(async move {
        for round in 0..ROUNDS as usize {
            handle.resize(limits[round % limits.len()]).unwrap();
            yield_now().await;
        }
        handle.resize(limits[0]).unwrap();
    });
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }

    let seen = layer.handle().snapshot();
    assert_eq!((seen.in_flight, seen.waiting), (0, 0));
    let calls = value(&registry, CALLS.name(), &[]);
    assert_eq!(calls, Some(f64::from(TASKS * ROUNDS)));
    inside.peak.load(Ordering::SeqCst)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn s_4_many_threads_never_exceed_the_limit_and_leave_nothing_behind() {
    assert_eq!(peak(&[3]).await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn s_16_a_limit_that_changes_all_the_time_is_never_exceeded() {
    assert!(peak(&[2, 1, 3, 0, 2]).await <= 3);
}
