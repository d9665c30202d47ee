//! Many threads on one circuit.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ms_core::clock::sleep;
use ms_core::rejection::Rejection;
use tower::{Layer, ServiceExt, service_fn};

use super::super::{CircuitBreakerConfig, CircuitBreakerLayer, CircuitState};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn s_cb_4_however_many_threads_come_at_the_deadline_only_the_probes_pass() {
    static IN_FLIGHT: AtomicU32 = AtomicU32::new(0);
    static PEAK: AtomicU32 = AtomicU32::new(0);
    let config = CircuitBreakerConfig::default()
        .minimum_calls(1)
        .open(Duration::from_millis(20))
        .half_open_max(Duration::from_secs(60))
        .open_jitter(0.0);
    let layer = CircuitBreakerLayer::new("stress", &config).unwrap();
    let client = layer.layer(service_fn(|probes: bool| async move {
        if !probes {
            return Err(Rejection::new(&super::super::NOT_READY, "").into());
        }
        let in_flight = IN_FLIGHT.fetch_add(1, Ordering::SeqCst) + 1;
        PEAK.fetch_max(in_flight, Ordering::SeqCst);
        tokio::task::yield_now().await;
        IN_FLIGHT.fetch_sub(1, Ordering::SeqCst);
        std::future::pending::<Result<(), Failed>>().await
    }));
    let classified =
        layer.clone().classify(|_: Result<&(), &Failed>| ms_core::verdict::Failure::FINAL.into());
    let _ = classified.layer(service_fn(|(): ()| async { Err::<(), _>(Failed) })).oneshot(()).await;
    assert_eq!(layer.handle().state(), CircuitState::Open);
    sleep(Duration::from_millis(30)).await;

    let calls: Vec<_> = (0..1000).map(|_| tokio::spawn(client.clone().oneshot(true))).collect();
    sleep(Duration::from_millis(200)).await;

    assert!(PEAK.load(Ordering::SeqCst) <= 3);
    assert_eq!(layer.handle().snapshot().probes(), 3);
    let waiting = calls.iter().filter(|call| !call.is_finished()).count();
    assert_eq!(waiting, 3);
    calls.iter().for_each(tokio::task::JoinHandle::abort);
}

/// An error that is no rejection.
#[derive(Debug)]
struct Failed;

impl From<Rejection> for Failed {
    fn from(_: Rejection) -> Self {
        Self
    }
}

impl ms_core::rejection::Rejectable for Failed {
    fn as_rejection(&self) -> Option<&Rejection> {
        None
    }
}
