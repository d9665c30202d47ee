//! Long silences, little traffic, many generations, and panics where nobody expects them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ms_core::availability::Available;
use ms_core::clock::{now, sleep};
use ms_core::registry::{Events, Heard};
use ms_core::verdict::{Failure, Verdict};
use tower::{Layer, Service, ServiceExt};

use super::super::{CircuitBreakerLayer, CircuitState, Mode, OPEN, Window};
use super::{Circuit, Error, FAIL, circuit, config, inner, is, ms};

const A_DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test(start_paused = true)]
async fn s_cb_5_a_circuit_with_little_traffic_closes_as_well() {
    let circuit = circuit(&config());
    circuit.calls(10, FAIL).await;
    for _ in 0..200 {
        sleep(Duration::from_secs(10)).await;
        circuit.calls(1, 0).await;
    }
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn s_cb_5_a_half_open_circuit_that_nobody_calls_for_long_admits_who_comes() {
    let circuit = circuit(&config());
    drop(circuit.breaker().force_open());
    assert_eq!(circuit.breaker().state(), CircuitState::HalfOpen);
    sleep(A_DAY).await;
    assert!(circuit.client.availability(now()).is_now());
    assert!(circuit.call(0).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn s_8_after_a_long_idle_time_a_window_counts_as_ever() {
    let circuit = circuit(&config().window(Window::Time(ms(100))));
    for _ in 0..10 {
        circuit.call(0).await.unwrap();
        sleep(ms(10)).await;
    }
    sleep(A_DAY).await;
    circuit.calls(100, FAIL).await;
    assert_eq!(circuit.breaker().state(), CircuitState::Open);
}

#[tokio::test(start_paused = true)]
async fn s_cb_8_after_a_long_idle_time_calls_that_hang_are_overdue_as_ever() {
    let circuit = circuit(&config().slow_call(ms(10)));
    circuit.given_up(16, Duration::from_micros(1300)).await;
    sleep(A_DAY / 8).await;
    circuit.under_way(50).await;
    sleep(ms(1000)).await;
    assert_eq!(circuit.breaker().snapshot().slow(), 50);
}

#[tokio::test(start_paused = true)]
async fn s_6_a_circuit_opens_and_closes_after_any_number_of_generations() {
    for window in [Window::Calls(10), Window::Time(Duration::from_secs(10))] {
        let circuit = circuit(&config().window(window));
        for _ in 0..40_000 {
            circuit.breaker().reset();
        }
        circuit.calls(100, FAIL).await;
        assert_eq!(circuit.breaker().state(), CircuitState::Open, "{window:?}");
        sleep(Duration::from_secs(5)).await;
        circuit.calls(100, 0).await;
        assert_eq!(circuit.breaker().state(), CircuitState::Closed, "{window:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn s_cb_6_an_open_time_that_no_clock_can_hold_does_not_end() {
    let forever = Duration::from_nanos(u64::MAX) + Duration::from_secs(1);
    let circuit = circuit(&config().open(forever).open_max(forever));
    circuit.calls(10, FAIL).await;
    sleep(Duration::from_secs(60)).await;
    assert!(is(&circuit.call(0).await, &OPEN));
}

#[tokio::test(start_paused = true)]
async fn s_cb_6_the_longest_that_any_failure_asked_for_counts() {
    let asks = |outcome: Result<&u32, &Error>| -> Verdict {
        match outcome {
            Ok(_) => Failure::FINAL.retry_after(Some(Duration::from_secs(30))).into(),
            Err(_) => Failure::FINAL.into(),
        }
    };
    let layer = CircuitBreakerLayer::new("users", &config()).unwrap().classify(asks);
    let client = layer.layer(inner().0);
    for _ in 0..9 {
        client.clone().oneshot(0).await.unwrap();
    }
    client.oneshot(FAIL).await.unwrap_err();
    let snapshot = layer.handle().snapshot();
    assert!(snapshot.until().unwrap() - snapshot.since() >= Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn in_the_shadow_with_a_ramp_it_never_rejects_and_closes_again() {
    let circuit = circuit(&config().mode(Mode::Shadow).ramp(Duration::from_secs(10)));
    for call in 0..3000 {
        let answer = circuit.call(if call < 500 { FAIL } else { 0 }).await;
        assert!(!matches!(answer, Err(Error::Rejected(_))));
        sleep(ms(50)).await;
    }
    assert_eq!(circuit.breaker().state(), CircuitState::Closed);
}

#[tokio::test(start_paused = true)]
async fn s_4_a_panic_of_readiness_gives_the_place_of_the_probe_back() {
    let circuit = Circuit::opened_and_waited(&config().probes(1)).await;
    circuit.handle.fail_readiness(|| panic!("readiness"));
    let mut client = circuit.client.clone();
    client.ready().await.unwrap();
    assert!(catch_unwind(AssertUnwindSafe(|| drop(client.call(0)))).is_err());
    assert_eq!(circuit.breaker().snapshot().probes(), 0);
    circuit.handle.ready();
    assert!(circuit.call(0).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn s_4_a_panic_of_the_classifier_gives_the_place_of_the_probe_back() {
    let (probe, handle) = inner();
    let layer = CircuitBreakerLayer::new("users", &config().probes(1)).unwrap();
    let layer = layer.classify(|_: Result<&u32, &Error>| -> Verdict { panic!("classifier") });
    drop(layer.handle().force_open());
    handle.fail_readiness(|| Error::Broken);
    let mut client = layer.layer(probe);
    assert!(catch_unwind(AssertUnwindSafe(|| drop(client.call(0)))).is_err());
    assert_eq!(layer.handle().snapshot().probes(), 0);
}

/// Does something whenever a circuit tells something.
struct Listener<F>(F);

impl<F: Fn() + 'static> tracing::Subscriber for Listener<F> {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("ms::circuit")
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, _: &tracing::Event<'_>) {
        (self.0)();
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

fn told(events: &mut Events) -> Vec<&'static str> {
    std::iter::from_fn(|| events.try_next())
        .map(|heard| match heard {
            Heard::Event(event) => event.what,
            Heard::Missed(_) => "missed",
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn s_13_a_subscriber_that_panics_once_hears_all_that_follows() {
    static HEARD: AtomicBool = AtomicBool::new(false);
    let circuit = circuit(&config());
    let mut events = circuit.registry.subscribe();
    let panics_once = || assert!(HEARD.swap(true, Ordering::SeqCst), "subscriber");
    tracing::subscriber::with_default(Listener(panics_once), || {
        let _ = catch_unwind(AssertUnwindSafe(|| circuit.breaker().reset()));
    });
    assert!(HEARD.load(Ordering::SeqCst));
    told(&mut events);
    for _ in 0..5 {
        circuit.breaker().reset();
    }
    assert_eq!(told(&mut events), ["closed"; 5]);
}

#[tokio::test(start_paused = true)]
async fn s_13_what_a_subscriber_does_to_the_circuit_is_told_after_what_it_hears() {
    let circuit = circuit(&config());
    let mut events = circuit.registry.subscribe();
    let once = Mutex::new(Some(circuit.breaker()));
    let meddles = move || {
        let breaker = once.lock().unwrap().take();
        if let Some(breaker) = breaker {
            drop(breaker.force_open());
            breaker.reset();
        }
    };
    tracing::subscriber::with_default(Listener(meddles), || circuit.breaker().reset());
    assert_eq!(told(&mut events), ["closed", "forced_open", "half_open", "closed"]);
}
