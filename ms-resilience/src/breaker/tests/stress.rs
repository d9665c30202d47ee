//! Many threads on one circuit, and on what it is made of.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use ms_core::clock::{now, sleep};
use ms_core::registry::{Events, Heard};
use tower::ServiceExt;

use super::super::calls::CallWindow;
use super::super::count::Counted;
use super::super::counts::{Counts, Seen};
use super::super::overdue::Overdue;
use super::super::{CircuitBreaker, CircuitBreakerConfig, CircuitState, ForcedOpen, Mode, Window};
use super::{Circuit, Client, FAIL, HANG, PANIC, circuit, config, ms, within};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn s_cb_4_however_many_threads_come_at_the_deadline_only_the_probes_pass() {
    let config = config().open(ms(200)).half_open_max(Duration::from_secs(60));
    let circuit = Circuit::opened_and_waited(&config).await;
    let before = circuit.handle.seen().calls;

    let calls: Vec<_> =
        (0..1000).map(|_| tokio::spawn(circuit.client.clone().oneshot(HANG))).collect();
    sleep(ms(300)).await;

    assert_eq!(circuit.handle.seen().calls - before, 3);
    assert_eq!(circuit.breaker().snapshot().probes(), 3);
    assert_eq!(calls.iter().filter(|call| !call.is_finished()).count(), 3);
    calls.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn s_13_s_cb_5_many_threads_on_a_window_of_time_end_closed_and_told_in_order() {
    harass(Window::Time(ms(100))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn s_13_s_cb_5_many_threads_on_a_window_of_calls_end_closed_and_told_in_order() {
    harass(Window::Calls(3)).await;
}

/// Numbers without a pattern, the same in every run.
fn numbers(seed: u32) -> impl Iterator<Item = u32> {
    std::iter::successors(Some(seed * 77 + 13), |&number| {
        let number = number ^ number << 13;
        let number = number ^ number >> 17;
        Some(number ^ number << 5)
    })
}

/// Calls and commands from all sides for a while; whatever they were, what is always true was.
async fn harass(window: Window) {
    let config = config()
        .window(window)
        .minimum_calls(1)
        .open(Duration::from_micros(200))
        .open_max(Duration::from_micros(400))
        .half_open_max(ms(2))
        .slow_call(ms(1))
        .slow_rate(1.0)
        .probes(2);
    let circuit = circuit(&config);
    let (breaker, mut told) = (circuit.breaker(), Told::new(circuit.registry.subscribe()));
    let stop = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..8)
        .map(|seed| tokio::spawn(call(circuit.client.clone(), seed, Arc::clone(&stop))))
        .collect();

    let (mut guards, end) = (VecDeque::new(), now() + ms(700));
    for number in numbers(8).take_while(|_| now() < end) {
        meddle(&breaker, &config, number % 40, &mut guards);
        assert!(breaker.snapshot().probes() <= 2);
        told.follow();
        sleep(Duration::from_micros(100)).await;
    }

    stop.store(true, Ordering::SeqCst);
    let mut calls = 0;
    for caller in callers {
        calls += caller.await.unwrap();
    }
    let outcomes = ["success", "failure", "slow", "neutral", "rejected", "late"];
    assert_eq!(outcomes.map(|outcome| circuit.count(outcome)).iter().sum::<u64>(), calls);

    drop(guards);
    breaker.reconfigure(&config).unwrap();
    for _ in 0..100 {
        sleep(ms(3)).await;
        circuit.calls(2, 0).await;
        if breaker.state() == CircuitState::Closed {
            break;
        }
    }
    assert_eq!((breaker.state(), breaker.snapshot().probes()), (CircuitState::Closed, 0));
}

/// Calls that succeed, fail, are slow, hang until they are given up, and panic. How many.
async fn call(client: Client, seed: u32, stop: Arc<AtomicBool>) -> u64 {
    let mut calls = 0;
    for number in numbers(seed).take_while(|_| !stop.load(Ordering::Relaxed)) {
        let request = match number % 51 {
            0..12 => FAIL,
            12..15 => 1,
            15..18 => HANG,
            18 => PANIC,
            _ => 0,
        };
        let client = client.clone();
        let call = async move { client.oneshot(request).await.is_ok() };
        match request {
            PANIC => drop(tokio::spawn(call).await),
            _ => drop(within(Duration::from_micros(1500), call).await),
        }
        calls += 1;
        if number % 97 == 0 {
            tokio::task::yield_now().await;
        }
    }
    calls
}

/// What somebody does to the circuit by hand.
fn meddle(
    breaker: &CircuitBreaker,
    config: &CircuitBreakerConfig,
    what: u32,
    guards: &mut VecDeque<ForcedOpen>,
) {
    let config = config.clone();
    let config = match what {
        0 => return guards.push_back(breaker.force_open()),
        1 | 2 => return drop(guards.pop_front()),
        3 => return breaker.reset(),
        4 => config.mode(Mode::Disabled),
        5 | 6 => config.mode(Mode::Shadow),
        7..10 => config,
        10 => config.window(Window::Calls(3)),
        _ => return,
    };
    breaker.reconfigure(&config).unwrap();
}

/// What is told of a circuit: each state is followed by a change from it.
struct Told {
    events: Events,
    state: Option<&'static str>,
}

impl Told {
    const fn new(events: Events) -> Self {
        Self { events, state: None }
    }

    fn follow(&mut self) {
        while let Some(heard) = self.events.try_next() {
            let Heard::Event(event) = heard else {
                self.state = None;
                continue;
            };
            let from = event.fields.iter().find(|field| field.0 == "from").unwrap();
            let from = format!("{:?}", from.1);
            assert!(self.state.is_none_or(|state| from.contains(state)), "{event:?}");
            self.state = Some(event.what);
        }
    }
}

#[test]
fn s_cb_1_many_threads_lose_no_slot_of_a_window_of_calls() {
    for length in [1, 2, 3, 7, 64] {
        let (window, generation) = (CallWindow::new(length), AtomicU64::new(1));
        std::thread::scope(|scope| {
            for seed in 0..6 {
                let (window, generation) = (&window, &generation);
                scope.spawn(move || fill(window, length.into(), generation, seed));
            }
        });
        let generation = generation.load(Ordering::Relaxed);
        for bad in [true, false] {
            for _ in 0..length {
                window.record(generation, Seen { failed: bad, slow: bad });
            }
            let (calls, of_them) = (length.into(), if bad { length.into() } else { 0 });
            assert_eq!(window.read(generation), Counts { calls, failures: of_them, slow: of_them });
        }
    }
}

/// Outcomes of the current generation, and now and then a new one.
fn fill(window: &CallWindow, length: u64, generation: &AtomicU64, seed: u32) {
    for number in numbers(seed).take(50_000) {
        let seen = Seen { failed: number % 2 == 0, slow: number % 3 == 0 };
        if let Some(held) = window.record(generation.load(Ordering::Relaxed), seen) {
            let counts = held.counts();
            // Each of the six threads may be about to take away what it has replaced.
            assert!(counts.calls <= length + 6 && counts.failures <= length + 6);
        }
        if number % 5003 == 0 {
            generation.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[test]
fn s_cb_8_many_threads_leave_nothing_overdue_that_has_ended() {
    let (overdue, clock) = (Overdue::default(), AtomicU64::new(1));
    std::thread::scope(|scope| {
        for seed in 0..4 {
            let (overdue, clock) = (&overdue, &clock);
            scope.spawn(move || come_and_go(overdue, clock, seed));
        }
    });
    assert_eq!(overdue.read(3, clock.load(Ordering::Relaxed) + 100), 0);
}

/// Calls that begin, and end in any order, while the clock goes on.
fn come_and_go(overdue: &Overdue, clock: &AtomicU64, seed: u32) {
    let mut under_way = Vec::new();
    for number in numbers(seed).take(100_000) {
        let tick = clock.fetch_add(u64::from(number % 50 == 0), Ordering::Relaxed);
        if number % 2 == 0 && under_way.len() < 100 {
            if !matches!(overdue.begin(3, tick), Counted::TooLate) {
                under_way.push(tick);
            }
        } else if !under_way.is_empty() {
            let which = number as usize % under_way.len();
            overdue.end(3, under_way.swap_remove(which));
        }
    }
    under_way.into_iter().for_each(|tick| overdue.end(3, tick));
}
