//! The response future.

use std::fmt;
use std::future::Future;
use std::mem::take;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use ms_core::clock::{Alarm, Instant};
use ms_core::context::Context;
use ms_core::rejection::Rejectable;
use ms_core::verdict::Classify;
use pin_project::pin_project;
use tower_service::Service;

use super::super::degrade::Mark;
use super::super::primary::{Late, Start, Went};
use super::super::when::When;
use super::call::Call;
use super::keep::Keep;
use super::metric::CallOutcome;
use super::patience::Patience;
use super::shelf::Found;
use super::turn::{Follower, Heard};

/// The response future of [`CacheService`](super::CacheService).
#[pin_project]
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture<S, Req, Key, K, C, W, M>
where
    S: Service<Req>,
    K: Keep<S::Response>,
    Key: Eq,
{
    #[pin]
    stage: Stage<S, Req, Key, K::Kept>,
    call: Call<Key, K::Kept, K, C, W, M>,
}

#[pin_project(project = StageProj)]
pub(super) enum Stage<S, Req, Key: Eq, T>
where
    S: Service<Req>,
{
    /// There is a fresh answer. Empty once it was given.
    Fresh(Option<Found<T>>),
    Following {
        follower: Follower<Key, T>,
        until: Instant,
        #[pin]
        alarm: Option<Alarm>,
        /// What it calls with if it has to. Empty once it does.
        own: Option<(S, Req)>,
        /// In which it came.
        context: Context,
    },
    Calling(#[pin] S::Future),
    Late {
        #[pin]
        late: Late<S, Req>,
        patience: Patience,
        #[pin]
        alarm: Option<Alarm>,
    },
    Over,
}

impl<S, Req, Key: Eq, T> Stage<S, Req, Key, T>
where
    S: Service<Req>,
{
    /// `service` is called now.
    pub(super) fn start(service: &mut S, request: Req) -> Self
    where
        S: Clone,
    {
        match Start::now(service, request) {
            Start::Called(future) => Self::Calling(future),
            Start::Late(late) => Self::late(late),
        }
    }

    const fn late(late: Late<S, Req>) -> Self {
        Self::Late { late, patience: Patience::Unasked, alarm: None }
    }
}

impl<S, Req, Key, K, C, W, M> ResponseFuture<S, Req, Key, K, C, W, M>
where
    S: Service<Req>,
    K: Keep<S::Response>,
    Key: Eq,
{
    pub(super) const fn new(
        stage: Stage<S, Req, Key, K::Kept>,
        call: Call<Key, K::Kept, K, C, W, M>,
    ) -> Self {
        Self { stage, call }
    }
}

/// What the caller gets.
type Answered<K, Res, Err> = Result<<K as Keep<Res>>::Response, Err>;

impl<S, Req, Key, K, C, W, M> Future for ResponseFuture<S, Req, Key, K, C, W, M>
where
    S: Service<Req>,
    S::Error: Rejectable,
    K: Keep<S::Response>,
    C: Classify<S::Response, S::Error>,
    W: When<S::Response, S::Error>,
    M: Mark<K::Response>,
    Key: Eq + Send + Sync + 'static,
{
    type Output = Answered<K, S::Response, S::Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let mut this = self.as_mut().project();
        match this.stage.as_mut().project() {
            StageProj::Fresh(found) => match found.take() {
                Some(found) => Poll::Ready(Ok(this.call.give(&found, CallOutcome::Fresh))),
                None => Poll::Pending,
            },
            StageProj::Following { .. } => self.poll_following(cx),
            StageProj::Calling(future) => {
                let result = ready!(future.poll(cx));
                this.stage.set(Stage::Over);
                Poll::Ready(this.call.settle(Went::Called(result)))
            }
            StageProj::Late { .. } => self.poll_late(cx),
            StageProj::Over => Poll::Pending,
        }
    }
}

impl<S, Req, Key, K, C, W, M> ResponseFuture<S, Req, Key, K, C, W, M>
where
    S: Service<Req>,
    S::Error: Rejectable,
    K: Keep<S::Response>,
    C: Classify<S::Response, S::Error>,
    W: When<S::Response, S::Error>,
    M: Mark<K::Response>,
    Key: Eq + Send + Sync + 'static,
{
    /// Waits for the call that leads.
    fn poll_following(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Answered<K, S::Response, S::Error>> {
        let mut this = self.as_mut().project();
        let StageProj::Following { follower, until, alarm, own, context } =
            this.stage.as_mut().project()
        else {
            return Poll::Pending;
        };
        // What it hears first: what is there when the time is over counts.
        let heard = match follower.poll(cx) {
            Some(heard) => Some(heard),
            None => {
                ready!(Alarm::poll_at(alarm, cx, *until));
                follower.give_up()
            }
        };
        let context = take(context);
        let own = own.take().map(|(service, request)| Late::readying(service, request, context));
        this.stage.set(own.map_or(Stage::Over, Stage::late));
        let older = match heard {
            Some(Heard::Answer(found)) => {
                this.stage.set(Stage::Over);
                return Poll::Ready(Ok(this.call.give(&found, CallOutcome::Shared)));
            }
            Some(Heard::Older(found, reason)) => Some((found, reason)),
            Some(Heard::Lead(turn)) => {
                this.call.turn = Some(turn);
                None
            }
            Some(Heard::Alone) => None,
            None => this.call.older().map(|found| (found, "refreshing")),
        };
        if let Some((found, reason)) = older {
            this.stage.set(Stage::Over);
            return Poll::Ready(Ok(this.call.give_older(&found, reason)));
        }
        self.poll_late(cx)
    }

    /// Calls when the service is ready, for which it waits as long as there is nothing better.
    fn poll_late(
        self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Answered<K, S::Response, S::Error>> {
        let mut this = self.project();
        let StageProj::Late { mut late, patience, alarm } = this.stage.as_mut().project() else {
            return Poll::Pending;
        };
        if let Poll::Ready(went) = late.as_mut().poll(cx) {
            this.stage.set(Stage::Over);
            return Poll::Ready(this.call.settle(went));
        }
        if !late.is_readying() {
            return Poll::Pending;
        }
        if let Patience::Unasked = patience {
            *patience = this.call.patience();
        }
        let Patience::Until(until) = *patience else { return Poll::Pending };
        ready!(Alarm::poll_at(alarm, cx, until));
        let Some(found) = this.call.older() else {
            *patience = Patience::Endless;
            return Poll::Pending;
        };
        this.stage.set(Stage::Over);
        Poll::Ready(Ok(this.call.give_older(&found, "not_ready")))
    }
}

impl<S, Req, Key, K, C, W, M> fmt::Debug for ResponseFuture<S, Req, Key, K, C, W, M>
where
    S: Service<Req>,
    K: Keep<S::Response>,
    Key: Eq,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match &self.stage {
            Stage::Fresh(_) => "fresh",
            Stage::Following { .. } => "following",
            Stage::Calling(_) | Stage::Late { .. } => "calling",
            Stage::Over => "over",
        };
        f.debug_struct("ResponseFuture").field("stage", &stage).finish_non_exhaustive()
    }
}
