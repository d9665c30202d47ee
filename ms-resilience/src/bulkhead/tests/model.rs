//! Random commands, against a model that is too simple to be wrong.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use ms_core::clock::{Instant, later, now, sleep};
use ms_core::registry::Registry;
use ms_core::rejection::{Reason, Rejection};
use ms_core::testing::wakes::Wakes;
use proptest::prelude::*;
use tower::{Layer, Service, service_fn};

use super::super::{Bulkhead, BulkheadConfig, BulkheadLayer, CLOSED, FULL, WAIT};
use super::ms;

const MAX_WAIT: u64 = 10;

#[derive(Debug, Clone)]
enum Step {
    Call,
    Poll(usize),
    Finish(usize, End),
    Drop(usize),
    Resize(u32),
    Queue(u32),
    Advance(u64),
}

/// How a call ends inside, as soon as it is polled there.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Answer,
    Error,
    Panic,
}

fn step() -> impl Strategy<Value = Step> {
    let end = prop_oneof![Just(End::Answer), Just(End::Error), Just(End::Panic)];
    prop_oneof![
        6 => Just(Step::Call),
        6 => (0_usize..8).prop_map(Step::Poll),
        4 => (0_usize..8, end).prop_map(|(which, end)| Step::Finish(which, end)),
        3 => (0_usize..8).prop_map(Step::Drop),
        1 => (0_u32..4).prop_map(Step::Resize),
        1 => (0_u32..4).prop_map(Step::Queue),
        2 => (1_u64..8).prop_map(Step::Advance),
    ]
}

/// What one call gave.
#[derive(Debug, Clone, PartialEq)]
enum Outcome {
    Pending,
    Ended(End),
    Rejected(&'static Reason),
}

/// How calls are told to end, by their number.
type Script = Rc<RefCell<BTreeMap<u32, End>>>;

#[derive(Default)]
struct Model {
    limit: usize,
    max_queue: usize,
    in_flight: Vec<u32>,
    queue: VecDeque<(u32, Instant)>,
    refused: BTreeMap<u32, &'static Reason>,
}

impl Model {
    fn call(&mut self, number: u32) {
        if self.queue.is_empty() && self.in_flight.len() < self.limit {
            self.in_flight.push(number);
        } else if self.limit == 0 {
            self.refused.insert(number, &CLOSED);
        } else if self.queue.len() >= self.max_queue {
            self.refused.insert(number, &FULL);
        } else {
            self.queue.push_back((number, later(now(), ms(MAX_WAIT))));
        }
    }

    fn poll(&mut self, number: u32, script: &Script) -> Outcome {
        if let Some(reason) = self.refused.remove(&number) {
            return Outcome::Rejected(reason);
        }
        if self.in_flight.contains(&number) {
            let Some(end) = script.borrow().get(&number).copied() else { return Outcome::Pending };
            self.drop(number);
            return Outcome::Ended(end);
        }
        let is_over = |(who, until): &(u32, Instant)| *who == number && *until <= now();
        if self.queue.iter().any(is_over) {
            self.drop(number);
            return Outcome::Rejected(&WAIT);
        }
        Outcome::Pending
    }

    fn drop(&mut self, number: u32) {
        self.in_flight.retain(|&who| who != number);
        self.queue.retain(|&(who, _)| who != number);
        self.serve();
    }

    fn serve(&mut self) {
        while self.in_flight.len() < self.limit {
            let Some((number, _)) = self.queue.pop_front() else { return };
            self.in_flight.push(number);
        }
    }
}

type Future = Pin<Box<dyn std::future::Future<Output = Result<(), Rejection>>>>;

/// A real bulkhead and the model, which are told the same.
struct Pair {
    model: Model,
    handle: Bulkhead,
    open: Box<dyn FnMut(u32) -> Future>,
    calls: Vec<(u32, Future)>,
    script: Script,
    next: u32,
}

impl Pair {
    fn new() -> Self {
        let config = BulkheadConfig::new(2).max_queue(2).max_wait(ms(MAX_WAIT));
        let layer = BulkheadLayer::new("model", &config).unwrap().registry(&Registry::new());
        let script = Script::default();
        let inside = Rc::clone(&script);
        let mut service = layer.layer(service_fn(move |number: u32| {
            let script = Rc::clone(&inside);
            std::future::poll_fn(move |_| match script.borrow().get(&number) {
                None => Poll::Pending,
                Some(End::Answer) => Poll::Ready(Ok(())),
                Some(End::Error) => Poll::Ready(Err(Rejection::new(&INSIDE, "inside"))),
                Some(End::Panic) => resume_unwind(Box::new("as it was told")),
            })
        }));
        let open = move |number| -> Future {
            assert!(Wakes::new().poll_ready(&mut service).is_ready());
            Box::pin(service.call(number))
        };
        let model = Model { limit: 2, max_queue: 2, ..Model::default() };
        let (handle, open) = (layer.handle(), Box::new(open));
        Self { model, handle, open, calls: Vec::new(), script, next: 0 }
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Call => {
                self.model.call(self.next);
                self.calls.push((self.next, (self.open)(self.next)));
                self.next += 1;
            }
            Step::Poll(which) if which < self.calls.len() => self.poll(which),
            Step::Finish(which, end) if which < self.calls.len() => {
                self.script.borrow_mut().entry(self.calls[which].0).or_insert(end);
            }
            Step::Drop(which) if which < self.calls.len() => {
                let (number, future) = self.calls.remove(which);
                drop(future);
                self.model.drop(number);
            }
            Step::Resize(limit) => {
                self.handle.resize(limit).unwrap();
                self.model.limit = limit as usize;
                self.model.serve();
            }
            Step::Queue(max_queue) => {
                self.handle.reconfigure(&self.handle.config().max_queue(max_queue)).unwrap();
                self.model.max_queue = max_queue as usize;
            }
            Step::Advance(millis) => sleep(ms(millis)).await,
            Step::Poll(_) | Step::Finish(..) | Step::Drop(_) => {}
        }
        let seen = self.handle.snapshot();
        let model = (self.model.in_flight.len(), self.model.queue.len(), self.model.limit);
        let numbers = [seen.in_flight, seen.waiting, seen.limit].map(|number| number as usize);
        assert_eq!((numbers[0], numbers[1], numbers[2]), model);
    }

    fn poll(&mut self, which: usize) {
        let (number, future) = &mut self.calls[which];
        let polled = catch_unwind(AssertUnwindSafe(|| Wakes::new().poll(Pin::new(future))));
        let outcome = match polled {
            Ok(Poll::Pending) => Outcome::Pending,
            Ok(Poll::Ready(Ok(()))) => Outcome::Ended(End::Answer),
            Ok(Poll::Ready(Err(error))) if error.is(&INSIDE) => Outcome::Ended(End::Error),
            Ok(Poll::Ready(Err(error))) => Outcome::Rejected(error.reason()),
            Err(_) => Outcome::Ended(End::Panic),
        };
        let number = *number;
        if outcome != Outcome::Pending {
            drop(self.calls.remove(which));
        }
        assert_eq!(outcome, self.model.poll(number, &self.script), "call {number}");
    }
}

const INSIDE: Reason = Reason::internal("test", "inside");

proptest! {
    #[test]
    fn s_bh_1_it_behaves_like_a_list_of_calls(steps in prop::collection::vec(step(), 0..120)) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let mut pair = Pair::new();
            for step in steps {
                pair.take(step).await;
            }
            let handle = pair.handle.clone();
            drop(pair);
            let seen = handle.snapshot();
            assert_eq!((seen.in_flight, seen.waiting), (0, 0));
        });
    }
}
