//! Polls by hand, and counts how often the one who polls is woken.
//!
//! ```
//! use ms_core::testing::wakes::Wakes;
//! use std::{future::pending, pin::pin};
//!
//! let wakes = Wakes::new();
//! assert!(wakes.poll(pin!(pending::<()>())).is_pending());
//! assert_eq!(wakes.count(), 0); // `pending` never wakes anybody
//! ```

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use tower_service::Service;

/// A waker that does nothing but count.
#[derive(Debug, Clone, Default)]
pub struct Wakes {
    count: Arc<Count>,
}

#[derive(Debug, Default)]
struct Count(AtomicUsize);

impl Wakes {
    /// Nobody was woken so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How often the waker was woken.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count.0.load(Ordering::SeqCst)
    }

    /// The waker that counts here.
    #[must_use]
    pub fn waker(&self) -> Waker {
        Waker::from(Arc::clone(&self.count))
    }

    /// Polls `future` once, with this waker.
    pub fn poll<F: Future>(&self, future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(&self.waker()))
    }

    /// Asks once whether `service` is ready, with this waker.
    pub fn poll_ready<S, Req>(&self, service: &mut S) -> Poll<Result<(), S::Error>>
    where
        S: Service<Req>,
    {
        service.poll_ready(&mut Context::from_waker(&self.waker()))
    }
}

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wake_counts_whoever_holds_the_waker() {
        let wakes = Wakes::new();
        let other = wakes.waker();
        wakes.waker().wake();
        other.wake_by_ref();
        assert_eq!(wakes.clone().count(), 2);
    }
}
