//! The service: thirty workers, one queue, and an outage in which it swallows what it gets.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use ms_core::clock::{Instant, later, now, sleep};
use ms_core::rng::Rng;
use tower::Service;

const WORKERS: usize = 30;
const MEAN: f64 = 0.1;

/// When it answers nobody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outage {
    pub(crate) begins: Instant,
    pub(crate) ends: Instant,
}

/// 300 calls per second: thirty workers that take 100 ms on average.
///
/// The queue has no bound, is served first in first out, and does not know who has left. So when
/// a call is done is known when it comes.
#[derive(Clone)]
pub(crate) struct Workers(Rc<RefCell<Office>>);

struct Office {
    rng: Rng,
    outage: Outage,
    /// When each of them has done all that is in the queue for it.
    free: BinaryHeap<Reverse<Instant>>,
}

impl Workers {
    pub(crate) fn new(seed: u64, outage: Outage) -> Self {
        let free = std::iter::repeat_n(Reverse(now()), WORKERS).collect();
        Self(Rc::new(RefCell::new(Office { rng: Rng::seeded(seed), outage, free })))
    }
}

impl Office {
    /// When a call is done that comes now, if ever.
    fn take(&mut self) -> Option<Instant> {
        let now = now();
        if (self.outage.begins..self.outage.ends).contains(&now) {
            return None;
        }
        let Reverse(free) = self.free.pop()?;
        // Exponential: the logarithm of a number above 0 and at most 1.
        let work = Duration::from_secs_f64(-MEAN * (1.0 - self.rng.unit()).ln());
        let done = later(free.max(now), work);
        self.free.push(Reverse(done));
        Some(done)
    }
}

impl Service<u64> for Workers {
    type Response = ();
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<(), Infallible>>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: u64) -> Self::Future {
        let done = self.0.borrow_mut().take();
        Box::pin(async move {
            match done {
                Some(done) => sleep(done.saturating_duration_since(now())).await,
                None => std::future::pending().await,
            }
            Ok(())
        })
    }
}
