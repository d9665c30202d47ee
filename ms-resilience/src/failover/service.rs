//! The service that chooses an endpoint for each call.

use std::fmt;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use ms_core::availability::{Availability, Available};
use ms_core::clock::{Instant, now};
use ms_core::http::classify::Http;
use ms_core::http::repeat::Requests;
use ms_core::rejection::Rejectable;
use ms_core::repeat::Repeat;
use ms_core::verdict::{Classify, judge};
use tower_service::Service;

use super::call::Call;
use super::ended::Ended;
use super::future::ResponseFuture;
use super::handle::FailoverHandle;
use super::roster::{Pick, Set};
use super::shared::{Sending, Shared, Shares};

/// An ordered list of endpoints as one service. See the [module](super).
///
/// Always ready, unless no endpoint can become so: a call that has to wait does so in its response
/// future. Its clones are one failover.
///
/// ```
/// use ms_core::availability::AlwaysAvailable;
/// use ms_core::rejection::BoxError;
/// use ms_core::verdict::{Failure, Verdict};
/// use ms_resilience::failover::Failover;
/// use tower::{ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), BoxError> {
/// // An empty answer is as bad as none.
/// let nobody = |answer: Result<&String, &BoxError>| match answer {
///     Ok(text) if !text.is_empty() => Verdict::Success,
///     _ => Failure::IF_SAFE.into(),
/// };
/// let shelf = |book: &'static str| {
///     AlwaysAvailable::new(service_fn(move |_: u32| async move { Ok(book.to_owned()) }))
/// };
/// let books = Failover::named("books", [shelf(""), shelf("Emma")])?;
/// let books = books.plain(|_: &u32| true).classify(nobody);
/// assert_eq!(books.oneshot(7).await?, "Emma");
/// # Ok(())
/// # }
/// ```
pub struct Failover<S, K = Requests, C = Http> {
    /// An instance of the endpoint that is probably asked next, and which that is.
    held: S,
    place: u32,
    next: Next,
    shares: Arc<Shares<S, K, C>>,
}

/// Where the next call goes.
#[derive(Debug, Clone, Copy)]
enum Next {
    Unknown,
    /// There: the instance that is held is ready.
    Ready(Pick),
    /// There, as soon as an instance is ready.
    Waits(Pick),
}

impl<S, K, C> Failover<S, K, C> {
    /// Holds an instance of the first endpoint.
    pub(super) const fn holding(held: S, shares: Arc<Shares<S, K, C>>) -> Self {
        Self { held, place: 0, next: Next::Unknown, shares }
    }

    pub(super) fn shared(&self) -> &Shared<S, K, C> {
        self.shares.shared()
    }

    /// The failover, to look at and to change while it runs.
    #[must_use]
    pub fn handle(&self) -> FailoverHandle {
        FailoverHandle::new(Arc::clone(self.shared().keeper.policy()))
    }
}

/// What a clone is told of readiness is its own.
impl<S: Clone, K, C> Clone for Failover<S, K, C> {
    fn clone(&self) -> Self {
        let (held, shares) = (self.held.clone(), Arc::clone(&self.shares));
        Self { held, place: self.place, next: Next::Unknown, shares }
    }
}

impl<S, K, C, Req> Service<Req> for Failover<S, K, C>
where
    S: Service<K::Sent> + Available + Clone,
    S::Error: Rejectable + fmt::Debug,
    K: Repeat<Req>,
    C: Classify<S::Response, S::Error>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S, K, C, Req>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        let state = self.shares.shared().state();
        let pick = match state.roster.favourite() {
            // What was available at a moment long past is so now: nobody looks at the clock.
            Some(pick) if pick.is(self.place) && self.held.availability(state.start).is_now() => {
                pick
            }
            _ => match self.choose() {
                Some(pick) => pick,
                None => return Poll::Ready(Ok(())),
            },
        };
        match self.held.poll_ready(cx) {
            Poll::Ready(Ok(())) => {
                self.next = Next::Ready(pick);
                Poll::Ready(Ok(()))
            }
            Poll::Pending => Poll::Ready(self.leave_waiting(pick)),
            Poll::Ready(Err(error)) => Poll::Ready(self.pass_over(pick, error, cx)),
        }
    }

    #[inline(always)]
    fn call(&mut self, request: Req) -> Self::Future {
        let Sending { request, kept, is_safe } = self.shares.shared().sending(request);
        let Next::Ready(pick) = self.next else {
            return self.call_late(request, kept, is_safe);
        };
        self.next = Next::Unknown;
        let mut call = Call::new(self.shares.take(), pick, is_safe, kept);
        let future = call.ask(|| self.held.call(request));
        ResponseFuture::calling(future, call)
    }
}

impl<S: Available + Clone, K, C> Failover<S, K, C> {
    /// Where the next call goes, an instance of which is held then; none where it is rejected.
    #[inline(never)]
    fn choose(&mut self) -> Option<Pick> {
        let shared = self.shares.shared();
        let before = match std::mem::replace(&mut self.next, Next::Unknown) {
            Next::Ready(pick) | Next::Waits(pick) => Some(pick),
            Next::Unknown => None,
        };
        // Who is asked twice whether it is ready stays with what it said, if that is still there.
        let stays = |pick: &Pick| {
            pick.is(self.place)
                && shared.state().roster.is_current(*pick)
                && self.held.availability(now()).is_now()
        };
        let at_hand = Some((self.place as usize, &self.held));
        let pick = before.filter(stays).or_else(|| shared.choose(at_hand))?;
        self.hold(pick);
        Some(pick)
    }

    fn hold(&mut self, pick: Pick) {
        if !pick.is(self.place) {
            self.held = self.shared().templates.instance(pick.index());
            self.place = pick.place();
        }
    }

    /// The endpoint is not ready: the call waits for an instance of its own.
    ///
    /// The one that is held may have a place in a queue, and nobody would look after it.
    #[inline(never)]
    fn leave_waiting<E>(&mut self, pick: Pick) -> Result<(), E> {
        self.held = self.shared().templates.instance(pick.index());
        self.next = Next::Waits(pick);
        Ok(())
    }

    /// The endpoint cannot become ready: on to the next that can, or may.
    #[cold]
    fn pass_over<Sent>(
        &mut self,
        mut pick: Pick,
        mut error: S::Error,
        cx: &mut TaskContext<'_>,
    ) -> Result<(), S::Error>
    where
        S: Service<Sent>,
        S::Error: Rejectable + fmt::Debug,
        C: Classify<S::Response, S::Error>,
    {
        let (mut asked, mut best) = (Set::default(), pick.index());
        self.note_unready::<Sent>(pick, &error);
        loop {
            asked = asked.with(pick.index());
            let Some(next) = self.shared().next(asked) else { return Err(error) };
            self.hold(next);
            match self.held.poll_ready(cx) {
                Poll::Ready(Ok(())) => {
                    self.next = Next::Ready(next);
                    return Ok(());
                }
                Poll::Pending => return self.leave_waiting(next),
                Poll::Ready(Err(another)) => {
                    self.note_unready::<Sent>(next, &another);
                    if next.index() < best {
                        (best, error) = (next.index(), another);
                    }
                }
            }
            pick = next;
        }
    }

    fn note_unready<Sent>(&self, pick: Pick, error: &S::Error)
    where
        S: Service<Sent>,
        S::Error: Rejectable + fmt::Debug,
        C: Classify<S::Response, S::Error>,
    {
        let shared = self.shared();
        let ended = Ended::unready(judge(&shared.classifier, Err(error)), error);
        shared.state().note_asked(pick, ended.ending, ended.health, error);
    }

    /// The endpoint has to become ready first, or none was chosen.
    #[inline(never)]
    fn call_late<Req>(
        &mut self,
        request: K::Sent,
        kept: Option<K::Kept>,
        is_safe: bool,
    ) -> ResponseFuture<S, K, C, Req>
    where
        S: Service<K::Sent>,
        K: Repeat<Req>,
    {
        let shared = self.shares.shared();
        let pick = match std::mem::replace(&mut self.next, Next::Unknown) {
            Next::Ready(pick) | Next::Waits(pick) => Some(pick),
            Next::Unknown => shared.choose(Some((self.place as usize, &self.held))),
        };
        let share = self.shares.take();
        let Some(pick) = pick else {
            let call = Call::new(share, Pick::NOWHERE, is_safe, kept);
            return ResponseFuture::refused(shared.unavailable(), call);
        };
        let call = Call::new(share, pick, is_safe, kept);
        ResponseFuture::readying(shared.templates.instance(pick.index()), request, call)
    }
}

impl<S: Available, K, C> Available for Failover<S, K, C> {
    /// Whether any endpoint is available, or when the first one is again.
    fn availability(&self, now: Instant) -> Availability {
        match self.held.availability(now) {
            Availability::Now => Availability::Now,
            _ => self.shared().availability(now),
        }
    }
}

impl<S, K, C> fmt::Debug for Failover<S, K, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Failover").field(&self.shared().keeper).finish()
    }
}
