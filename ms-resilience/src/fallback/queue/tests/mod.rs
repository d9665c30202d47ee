//! Queues through their public names.

mod draining;
mod failing;
mod model;
mod observed;
mod pushing;
mod settings;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use ms_core::error::Error;
use ms_core::registry::Registry;
use ms_core::rejection::BoxError;
use ms_core::testing::probe::{Answer, Probe, ProbeError, ProbeHandle};
use ms_core::testing::wakes::Wakes;
use ms_core::verdict::Errors;

use super::{
    Change, Codec, Contents, Drain, MemoryStore, Queue, QueueConfig, Snapshot, Store, StoreError,
};

type Failure = Error<ProbeError>;
type Inner = Probe<u32, ()>;
type Handle = ProbeHandle<u32, ()>;
type Numbers = Codec<fn(&u32) -> Result<Vec<u8>, BoxError>, fn(&[u8]) -> Result<u32, BoxError>>;
type Orders = Queue<MemoryStore, Numbers>;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Numbers as four bytes; 13 cannot be written.
fn encode(number: &u32) -> Result<Vec<u8>, BoxError> {
    if *number == 13 { Err("an unlucky number".into()) } else { Ok(number.to_le_bytes().to_vec()) }
}

fn decode(entry: &[u8]) -> Result<u32, BoxError> {
    Ok(u32::from_le_bytes(entry.try_into()?))
}

fn numbers() -> Numbers {
    Codec::new(encode, decode)
}

/// A queue in a registry of its own, and the service that it delivers to.
struct Stand {
    registry: Registry,
    queue: Orders,
    inner: Inner,
    handle: Handle,
}

impl Stand {
    fn new(config: &QueueConfig) -> Self {
        let registry = Registry::new();
        let queue = Queue::registered(&registry, "orders", MemoryStore, numbers(), config).unwrap();
        let (inner, handle) = Probe::new(|_| Answer::ready(()));
        Self { registry, queue, inner, handle }
    }

    async fn push(&self, number: u32) -> u64 {
        self.queue.push(encode(&number).unwrap()).await.unwrap().id
    }

    fn drain(&self) -> Drain<MemoryStore, Numbers, Inner, Errors> {
        self.queue.drain(self.inner.clone(), Errors)
    }

    /// How many wait, and how many were set aside.
    fn counts(&self) -> (usize, usize) {
        let Snapshot { waiting, aside, .. } = self.queue.snapshot();
        (waiting, aside)
    }
}

/// Lets `worker` run until it has nothing to do at this moment.
fn run<F: Future>(worker: Pin<&mut F>) {
    let mut worker = worker;
    for _ in 0..1000 {
        let wakes = Wakes::new();
        assert!(wakes.poll(worker.as_mut()).is_pending());
        if wakes.count() == 0 {
            return;
        }
    }
    panic!("it never rests");
}

/// Lets `worker` run for so long.
async fn run_for<F: Future>(worker: Pin<&mut F>, time: Duration) {
    tokio::select! {
        _ = worker => panic!("it does not end"),
        () = ms_core::clock::sleep(time) => {}
    }
}

/// A store whose writes are finished by hand, and which remembers what it was told.
#[derive(Clone, Default)]
struct Slow(Arc<Mutex<Told>>);

#[derive(Default)]
struct Told {
    changes: Vec<Change>,
    is_open: bool,
    fails: Option<StoreError>,
}

struct Writing(Arc<Mutex<Told>>);

impl Future for Writing {
    type Output = Result<(), StoreError>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let told = self.0.lock().unwrap();
        match (&told.fails, told.is_open) {
            (Some(error), _) => Poll::Ready(Err(error.clone())),
            (None, true) => Poll::Ready(Ok(())),
            (None, false) => Poll::Pending,
        }
    }
}

impl Store for Slow {
    type Written = Writing;

    fn load(&self) -> Result<Contents, StoreError> {
        Ok(Contents::default())
    }

    fn write(&self, change: Change) -> Writing {
        self.0.lock().unwrap().changes.push(change);
        Writing(Arc::clone(&self.0))
    }
}

impl Slow {
    fn open(&self) {
        self.0.lock().unwrap().is_open = true;
    }

    fn fail(&self) {
        self.0.lock().unwrap().fails = Some(StoreError::new("the disk is gone"));
    }

    fn changes(&self) -> Vec<Change> {
        std::mem::take(&mut self.0.lock().unwrap().changes)
    }
}
