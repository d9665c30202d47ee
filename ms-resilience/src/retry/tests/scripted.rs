//! A service that does what a script says, and requests that are numbered.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context as TaskContext, Poll};

use ms_core::clock::{Instant, now, sleep};
use ms_core::context::Context;
use ms_core::rejection::{Reason, Rejection};
use ms_core::repeat::{NotRepeatable, Repeat};
use ms_core::verdict::{Failure, Verdict};
use tower::Service;

use super::ms;

/// How one attempt ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    Answer,
    /// A response that the classifier calls a failure.
    Bad(Failure),
    /// An error.
    Fails(Failure),
    /// A response that says nothing about the peer.
    Neutral,
    Rejected(&'static Reason),
    /// The service does not become ready: for attempts beyond the first.
    Unready(Failure),
    Hangs,
    Panics,
}

#[derive(Debug)]
pub(super) enum Error {
    Failed(Failure),
    Rejected(Rejection),
}
ms_core::rejectable!(Error::Rejected);

/// A response, which is counted while it is there.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) end: End,
    pub(super) alive: Arc<AtomicUsize>,
}

impl Reply {
    fn new(end: End, alive: &Arc<AtomicUsize>) -> Self {
        alive.fetch_add(1, Ordering::Relaxed);
        Self { end, alive: Arc::clone(alive) }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

pub(super) fn classify(outcome: Result<&Reply, &Error>) -> Verdict {
    match outcome {
        Ok(Reply { end: End::Bad(failure), .. }) | Err(Error::Failed(failure)) => (*failure).into(),
        Ok(Reply { end: End::Neutral, .. }) => Verdict::Neutral,
        Ok(_) => Verdict::Success,
        Err(Error::Rejected(_)) => unreachable!("nobody asks about a rejection of ours"),
    }
}

pub(super) type Classifier = fn(Result<&Reply, &Error>) -> Verdict;

/// One attempt, as the service saw it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seen {
    pub(super) at: Instant,
    pub(super) request: Request,
    /// The number in the context.
    pub(super) context: u32,
}

/// What the services of a stand share.
#[derive(Default)]
pub(super) struct Inner {
    pub(super) script: VecDeque<End>,
    pub(super) seen: Vec<Seen>,
    pub(super) alive: Arc<AtomicUsize>,
    /// How many responses, and futures, there were when the service was called.
    pub(super) left: Vec<usize>,
    pub(super) clones: usize,
}

/// A service that does what its script says, and answers after 10 ms.
pub(super) struct Scripted {
    pub(super) inner: Arc<Mutex<Inner>>,
    pub(super) is_ready: bool,
}

impl Scripted {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }
}

impl Clone for Scripted {
    fn clone(&self) -> Self {
        self.inner().clones += 1;
        Self { inner: Arc::clone(&self.inner), is_ready: false }
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Reply, Error>> + Send>>;

impl Service<Request> for Scripted {
    type Response = Reply;
    type Error = Error;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
        let next = self.inner().script.front().copied();
        if let Some(End::Unready(failure)) = next {
            self.inner().script.pop_front();
            return Poll::Ready(Err(Error::Failed(failure)));
        }
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Answer {
        assert!(std::mem::take(&mut self.is_ready), "called without being ready");
        let mut inner = self.inner();
        let left = inner.alive.load(Ordering::Relaxed);
        inner.left.push(left);
        inner.seen.push(Seen { at: now(), request, context: Context::current().attempt() });
        let end = inner.script.pop_front().unwrap_or(End::Answer);
        let reply = Reply::new(end, &inner.alive);
        Box::pin(async move {
            sleep(ms(10)).await;
            match end {
                End::Answer | End::Bad(_) | End::Neutral => Ok(reply),
                End::Fails(failure) => Err(Error::Failed(failure)),
                End::Rejected(reason) => Err(Rejection::new(reason, "inside").into()),
                End::Unready(_) => unreachable!("it became ready"),
                End::Hangs => std::future::pending().await,
                End::Panics => std::panic::resume_unwind(Box::new("as it was told")),
            }
        })
    }
}

/// What is sent: a number, and the attempt that it was told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Request {
    pub(super) id: u32,
    pub(super) number: u32,
    pub(super) is_last: bool,
}

pub(super) const fn request(id: u32) -> Request {
    Request { id, number: 0, is_last: false }
}

/// Requests with even ids are safe. What can be had of them after a failure is scripted.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbered {
    checks: Arc<Mutex<VecDeque<NotRepeatable>>>,
    pub(super) limits: Arc<Mutex<Vec<usize>>>,
}

impl Numbered {
    pub(super) fn refuse(&self, why: impl IntoIterator<Item = NotRepeatable>) {
        self.checks.lock().unwrap().extend(why);
    }

    fn next(&self) -> Result<(), NotRepeatable> {
        self.checks.lock().unwrap().pop_front().map_or(Ok(()), Err)
    }
}

impl Repeat<u32> for Numbered {
    type Sent = Request;
    type Kept = u32;

    fn is_safe(&self, id: &u32) -> bool {
        id.is_multiple_of(2)
    }

    fn split(&self, id: u32, limit: usize) -> (Request, u32) {
        self.limits.lock().unwrap().push(limit);
        (request(id), id)
    }

    fn once(&self, id: u32) -> Request {
        Request { is_last: true, ..request(id) }
    }

    fn again(&self, kept: &u32) -> Result<Request, NotRepeatable> {
        self.next().map(|()| request(*kept))
    }

    fn last(&self, kept: u32) -> Result<Request, NotRepeatable> {
        self.next().map(|()| Request { is_last: true, ..request(kept) })
    }

    fn check(&self, _: &u32) -> Result<(), NotRepeatable> {
        self.next()
    }

    fn number(&self, sent: &mut Request, attempt: u32) {
        sent.number = attempt;
    }
}
