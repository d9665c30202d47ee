//! Random commands against a naive model, and random schedules that must never stick.

use std::collections::VecDeque;
use std::time::Duration;

use ms_core::clock::sleep;
use proptest::prelude::*;
use tokio::runtime::{Builder, Runtime};

use super::super::{CircuitBreakerConfig, CircuitState, Window};
use super::{FAIL, HANG, PANIC, circuit, config};
use tower::ServiceExt;

fn paused() -> Runtime {
    Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Succeed,
    Fail,
    Drop,
    Pass(u8),
    Reset,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => Just(Step::Succeed),
        6 => Just(Step::Fail),
        1 => Just(Step::Drop),
        2 => (0_u8..40).prop_map(Step::Pass),
        1 => Just(Step::Reset),
    ]
}

/// Remembers every outcome, and does what the page of rules says in the plainest way.
struct Model {
    state: CircuitState,
    window: VecDeque<bool>,
    until: u64,
    openings: u32,
    closed_at: u64,
    now: u64,
    probes: Vec<bool>,
}

impl Model {
    const WINDOW: usize = 8;

    fn open(&mut self) {
        if self.state == CircuitState::Closed && self.now - self.closed_at >= 60 {
            self.openings = 0;
        }
        self.openings += 1;
        self.until = self.now + (5 << (self.openings - 1).min(10)).min(60);
        self.state = CircuitState::Open;
    }

    fn call(&mut self, failed: Option<bool>) {
        if matches!(self.state, CircuitState::Open | CircuitState::HalfOpen)
            && self.now >= self.until
        {
            if self.state == CircuitState::Open {
                self.probes.clear();
            } else if self.probes.contains(&true) {
                return self.open();
            }
            // Half-open goes on where too few came to decide, and none was bad.
            self.until = self.now + 5;
            self.state = CircuitState::HalfOpen;
        }
        let Some(failed) = failed else { return };
        match self.state {
            CircuitState::Closed => {
                self.window.push_back(failed);
                if self.window.len() > Self::WINDOW {
                    self.window.pop_front();
                }
                let failures = self.window.iter().filter(|failed| **failed).count();
                if self.window.len() >= 4 && failures * 2 >= self.window.len() {
                    self.open();
                }
            }
            CircuitState::HalfOpen => {
                self.probes.push(failed);
                let failures = self.probes.iter().filter(|failed| **failed).count();
                if failures >= 2 {
                    self.open();
                } else if self.probes.len() - failures >= 2 {
                    self.close();
                }
            }
            _ => {}
        }
    }

    fn close(&mut self) {
        self.state = CircuitState::Closed;
        self.closed_at = self.now;
        self.window.clear();
    }
}

proptest! {
    #[test]
    fn s_cb_2_whatever_happens_the_circuit_is_where_the_rules_say(
        steps in prop::collection::vec(step(), 1..250),
    ) {
        let config = config().window(Window::Calls(8)).minimum_calls(4);
        paused().block_on(async {
            let circuit = circuit(&config);
            let mut model = Model {
                state: CircuitState::Closed,
                window: VecDeque::new(),
                until: 0,
                openings: 0,
                closed_at: 0,
                now: 0,
                probes: Vec::new(),
            };
            for step in steps {
                match step {
                    Step::Succeed => {
                        circuit.calls(1, 0).await;
                        model.call(Some(false));
                    }
                    Step::Fail => {
                        circuit.calls(1, FAIL).await;
                        model.call(Some(true));
                    }
                    Step::Drop => {
                        let call = tokio::spawn(circuit.client.clone().oneshot(HANG));
                        tokio::task::yield_now().await;
                        call.abort();
                        let _ = call.await;
                        model.call(None);
                    }
                    Step::Pass(seconds) => {
                        sleep(Duration::from_secs(seconds.into())).await;
                        model.now += u64::from(seconds);
                    }
                    Step::Reset => {
                        circuit.breaker().reset();
                        model.close();
                        model.openings = 0;
                    }
                }
                prop_assert_eq!(circuit.breaker().state(), model.state);
            }
            Ok(())
        })?;
    }

    #[test]
    fn s_cb_5_with_probes_that_hang_are_dropped_or_panic_it_never_sticks(
        requests in prop::collection::vec(
            prop_oneof![Just(FAIL), Just(HANG), Just(PANIC), Just(0), 1_u32..3000],
            1..60,
        ),
        pauses in prop::collection::vec(0_u64..4000, 60),
        drops in prop::collection::vec(any::<bool>(), 60),
    ) {
        let slow = Duration::from_millis(500);
        let config: CircuitBreakerConfig = config().minimum_calls(3).slow_call(slow);
        paused().block_on(async {
            let circuit = circuit(&config);
            let mut calls = Vec::new();
            for ((request, pause), drops) in requests.into_iter().zip(pauses).zip(drops) {
                let call = tokio::spawn(circuit.client.clone().oneshot(request));
                sleep(Duration::from_millis(pause)).await;
                if drops {
                    call.abort();
                }
                calls.push(call);
            }
            // The peer is well again, and one caller after the other tries.
            for _ in 0..10 {
                sleep(Duration::from_secs(70)).await;
                circuit.calls(3, 0).await;
            }
            prop_assert_eq!(circuit.breaker().state(), CircuitState::Closed);
            prop_assert!(circuit.call(0).await.is_ok());
            Ok(())
        })?;
    }
}
