//! What a worker does, step by step.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use ms_core::clock::{Alarm, later, now};
use ms_core::rejection::Rejectable;
use ms_core::rng::Rng;
use ms_core::verdict::Classify;
use tower_service::Service;

use super::backoff::delay;
use super::codec::Decode;
use super::event;
use super::handle::Queue;
use super::line::Entry;
use super::outcome::{Outcome, Trouble};
use super::shared::Shared;
use super::step::{Item, Step, StepProj};
use super::store::{Change, Store, StoreError};

/// What stays from step to step.
pub(super) struct Worker<St: Store, C, S, V> {
    queue: Queue<St, C>,
    service: S,
    classifier: V,
    turn: Option<Turn<St>>,
    /// In a row.
    failures: u32,
    chance: Rng,
    /// A panic came out of the service or the codec, unless this is taken back.
    is_inside: bool,
}

/// The right to deliver, which one worker has at a time.
struct Turn<St>(Arc<Shared<St>>);

impl<St> Drop for Turn<St> {
    fn drop(&mut self) {
        self.0.stop_draining();
    }
}

type Next<St, Req, F> = Step<<St as Store>::Written, Req, F>;

/// What a step comes to.
type Stepped<St, Req, F> = Poll<Result<Next<St, Req, F>, DrainError>>;

impl<St: Store, C, S, V> Worker<St, C, S, V> {
    pub(super) fn new(queue: Queue<St, C>, service: S, classifier: V) -> Self {
        let chance = Rng::new();
        Self { queue, service, classifier, turn: None, failures: 0, chance, is_inside: false }
    }

    /// Another one may deliver.
    pub(super) fn stop(&mut self) {
        self.turn = None;
    }

    /// The attempt at `item` was given up, and did not end by a panic: it does not count.
    pub(super) fn excuse(&self, item: Item) {
        if !self.is_inside {
            let (shared, attempts) = (self.queue.shared(), item.attempts.saturating_sub(1));
            shared.held().line.tried(item.id, attempts);
            drop(shared.store.write(Change::Tried { id: item.id, attempts }));
        }
    }
}

impl<St: Store, C: Decode, S, V> Worker<St, C, S, V> {
    /// Does the next step, and says which one follows.
    pub(super) fn poll_step(
        &mut self,
        step: Pin<&mut Next<St, C::Request, S::Future>>,
        cx: &mut Context<'_>,
    ) -> Stepped<St, C::Request, S::Future>
    where
        S: Service<C::Request>,
        S::Error: Rejectable,
        V: Classify<S::Response, S::Error>,
    {
        let next = match step.project() {
            StepProj::Waiting => ready!(self.poll_next(cx))?,
            StepProj::Noting(written, item, entry) => {
                ready!(written.poll(cx)).map_err(DrainError::Store)?;
                self.prepare(*item, entry)
            }
            StepProj::Readying(item, request) => {
                self.is_inside = true;
                let polled = self.service.poll_ready(cx);
                self.is_inside = false;
                match ready!(polled) {
                    Ok(()) => {
                        let Some(request) = request.take() else { return Poll::Pending };
                        self.is_inside = true;
                        let future = self.service.call(request);
                        self.is_inside = false;
                        Step::Calling(*item, future)
                    }
                    Err(error) => self.end(*item, Outcome::unready(&error)),
                }
            }
            StepProj::Calling(item, future) => {
                self.is_inside = true;
                let polled = future.poll(cx);
                self.is_inside = false;
                let result = ready!(polled);
                let outcome = Outcome::of(&self.classifier, result.as_ref());
                self.end(*item, outcome)
            }
            StepProj::Ending(written, item, outcome) => {
                ready!(written.poll(cx)).map_err(DrainError::Store)?;
                self.conclude(*item, *outcome)
            }
            StepProj::Resting(alarm) => {
                ready!(alarm.poll(cx));
                Step::Waiting
            }
            StepProj::Over => return Poll::Pending,
        };
        Poll::Ready(Ok(next))
    }

    /// Takes the first entry, once there is one.
    fn poll_next<Req, F>(&mut self, cx: &Context<'_>) -> Stepped<St, Req, F> {
        let shared = self.queue.shared();
        if self.turn.is_none() {
            if !shared.start_draining() {
                return Poll::Ready(Err(DrainError::Busy));
            }
            self.turn = Some(Turn(Arc::clone(shared)));
        }
        // A waker is foreign code: none is cloned or dropped while the line is locked.
        let card = cx.waker().clone();
        let mut held = shared.held();
        let Some((id, entry)) = held.line.first() else {
            let before = held.line.wait(card);
            drop(held);
            drop(before);
            return Poll::Pending;
        };
        let most = held.config.max_attempts;
        drop(held);
        if entry.attempts >= most {
            // It took its worker with it every time: nobody tries it once more.
            let item = Item { id, attempts: entry.attempts };
            let next = self.write(Change::SetAside { id }, item, Outcome::FATAL);
            return Poll::Ready(Ok(next));
        }
        let attempts = entry.attempts.saturating_add(1);
        let written = shared.store.write(Change::Tried { id, attempts });
        Poll::Ready(Ok(Step::Noting(written, Item { id, attempts }, entry)))
    }

    /// The attempt was taken down: the request is made.
    fn prepare<F>(&mut self, item: Item, entry: &Entry) -> Next<St, C::Request, F> {
        if !self.queue.shared().held().line.tried(item.id, item.attempts) {
            return Step::Waiting;
        }
        self.is_inside = true;
        let decoded = self.queue.codec().decode(&entry.entry);
        self.is_inside = false;
        match decoded {
            Ok(request) => Step::Readying(item, Some(request)),
            Err(_) => self.write(Change::SetAside { id: item.id }, item, Outcome::UNREADABLE),
        }
    }

    /// The attempt ended: what that means is taken down.
    fn end<Req, F>(&mut self, item: Item, outcome: Outcome) -> Next<St, Req, F> {
        let Item { id, attempts } = item;
        let most = self.queue.config().max_attempts;
        match outcome {
            Outcome::Delivered => self.write(Change::Done { id }, item, outcome),
            Outcome::Failed(trouble) if attempts < most => {
                self.queue.shared().counters.failed.count();
                self.rest(trouble)
            }
            Outcome::Hopeless(_) | Outcome::Failed(_) => {
                self.queue.shared().counters.failed.count();
                self.write(Change::SetAside { id }, item, outcome)
            }
            Outcome::Excused(_) => {
                let attempts = attempts.saturating_sub(1);
                self.write(Change::Tried { id, attempts }, item, outcome)
            }
        }
    }

    fn write<Req, F>(&self, change: Change, item: Item, outcome: Outcome) -> Next<St, Req, F> {
        Step::Ending(self.queue.shared().store.write(change), item, outcome)
    }

    /// It was taken down: so it is.
    fn conclude<Req, F>(&mut self, item: Item, outcome: Outcome) -> Next<St, Req, F> {
        let (shared, Item { id, attempts }) = (self.queue.shared(), item);
        match outcome {
            Outcome::Delivered => {
                let gone = shared.held().line.remove(id);
                drop(gone);
                shared.counters.delivered.count();
                self.failures = 0;
                Step::Waiting
            }
            Outcome::Hopeless(reason) => {
                self.set_aside(item, reason);
                self.failures = 0;
                Step::Waiting
            }
            // What comes next may fare no better.
            Outcome::Failed(trouble) => {
                self.set_aside(item, trouble.reason);
                self.rest(trouble)
            }
            Outcome::Excused(trouble) => {
                shared.held().line.tried(id, attempts.saturating_sub(1));
                shared.counters.excused.count();
                self.rest(trouble)
            }
        }
    }

    fn set_aside(&self, item: Item, reason: &'static str) {
        let (shared, Item { id, attempts }) = (self.queue.shared(), item);
        shared.held().line.set_aside(id);
        shared.counters.set_aside.count();
        event::set_aside(&shared.voice, id, attempts, reason);
    }

    fn rest<Req, F>(&mut self, trouble: Trouble) -> Next<St, Req, F> {
        self.failures = self.failures.saturating_add(1);
        let shared = self.queue.shared();
        shared.note_failed(trouble.reason);
        let wait = delay(&shared.config(), self.failures, trouble.asked, self.chance.unit());
        Step::Resting(Alarm::at(later(now(), wait)))
    }
}

impl<St: Store, C, S, V> fmt::Debug for Worker<St, C, S, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("queue", &self.queue)
            .field("failures", &self.failures)
            .finish_non_exhaustive()
    }
}

/// Why a worker cannot go on.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum DrainError {
    /// Another one delivers already.
    Busy,
    /// What happens cannot be taken down any more.
    Store(StoreError),
}

impl fmt::Display for DrainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Busy => "the queue is delivered by another worker already",
            Self::Store(_) => "what happens to the entries cannot be stored",
        })
    }
}

impl Error for DrainError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Busy => None,
            Self::Store(error) => Some(error),
        }
    }
}
