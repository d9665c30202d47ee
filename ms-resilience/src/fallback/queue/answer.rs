//! The queue as a fallback: it takes the request, and answers at once.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use ms_core::repeat::NotRepeatable;
use pin_project::pin_project;

use super::super::answer::{Answer, Kind, NoAnswer};
use super::super::failed::Failed;
use super::codec::Encode;
use super::handle::Queue;
use super::push::{Push, PushError, Receipt};
use super::store::Store;

/// Answers by a queue: made by [`FallbackLayer::queued`](super::super::FallbackLayer::queued).
pub struct Queued<St: Store, C, F> {
    queue: Queue<St, C>,
    answer: Arc<F>,
}

impl<St: Store, C, F> Queued<St, C, F> {
    pub(in super::super) fn new(queue: Queue<St, C>, answer: F) -> Self {
        Self { queue, answer: Arc::new(answer) }
    }
}

impl<St: Store, C: Clone, F> Clone for Queued<St, C, F> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone(), answer: Arc::clone(&self.answer) }
    }
}

impl<St, C, F> Kind for Queued<St, C, F>
where
    St: Store,
    C: Clone + Send + Sync + 'static,
    F: Send + Sync + 'static,
{
    const NAME: &'static str = "queue";
}

impl<St, C, F, Req, Res, Err> Answer<Req, Res, Err> for Queued<St, C, F>
where
    St: Store,
    C: Encode<Req>,
    F: Fn(Receipt) -> Res + Send + Sync + 'static,
{
    type Future = QueuedFuture<St, C, C::Future, F>;

    fn answer(
        &self,
        request: Result<Req, NotRepeatable>,
        failed: Failed<Res, Err>,
    ) -> Self::Future {
        drop(failed);
        let step = match request {
            Ok(request) => Step::Encoding(self.queue.codec().encode(request)),
            Err(why) => Step::NotKept(why),
        };
        QueuedFuture { queued: self.clone(), step }
    }
}

impl<St: Store, C, F> fmt::Debug for Queued<St, C, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Queued").field(&self.queue).finish()
    }
}

/// The future of [`Queued`].
#[pin_project]
#[must_use = "futures do nothing unless polled"]
pub struct QueuedFuture<St: Store, C, E, F> {
    queued: Queued<St, C, F>,
    #[pin]
    step: Step<St, E>,
}

#[pin_project(project = StepProj)]
enum Step<St: Store, E> {
    Encoding(#[pin] E),
    Pushing(#[pin] Push<St>),
    NotKept(NotRepeatable),
}

impl<St, C, E, F, Err, Res> Future for QueuedFuture<St, C, E, F>
where
    St: Store,
    E: Future<Output = Result<Vec<u8>, Err>>,
    F: Fn(Receipt) -> Res,
{
    type Output = Result<Res, NoAnswer>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let StepProj::Encoding(encoding) = this.step.as_mut().project() {
            let Ok(entry) = ready!(encoding.poll(cx)) else {
                return Poll::Ready(Err(NoAnswer::Failed));
            };
            this.step.set(Step::Pushing(this.queued.queue.push(entry)));
        }
        match this.step.project() {
            StepProj::Pushing(push) => Poll::Ready(match ready!(push.poll(cx)) {
                Ok(receipt) => Ok((this.queued.answer)(receipt)),
                Err(PushError::Full) => Err(NoAnswer::Full),
                Err(PushError::Store(_)) => Err(NoAnswer::Failed),
            }),
            StepProj::NotKept(why) => Poll::Ready(Err((*why).into())),
            StepProj::Encoding(_) => Poll::Pending,
        }
    }
}

impl<St: Store, C, E, F> fmt::Debug for QueuedFuture<St, C, E, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueuedFuture").field("queued", &self.queued).finish_non_exhaustive()
    }
}
