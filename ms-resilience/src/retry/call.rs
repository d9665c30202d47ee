//! What a call holds: its outcome is counted once, where this ends.

use ms_core::clock::now;
use ms_core::context::Context;
use ms_core::deadline::Limit;
use ms_core::repeat::Repeat;

use super::metric::CallOutcome;
use super::shared::{Share, Shared};
use super::state::State;

/// A call under way. Dropped before it ended, it was cancelled.
pub(super) struct Call<S, K, C, P, Kept> {
    share: Share<S, K, C, P>,
    /// How much time it had when it came.
    limit: Limit,
    pub(super) is_safe: bool,
    has_ended: bool,
    /// What is kept of the request. Empty where there is no further attempt.
    pub(super) kept: Option<Kept>,
}

impl<S, K, C, P, Kept> Call<S, K, C, P, Kept> {
    #[inline]
    pub(super) fn new(share: Share<S, K, C, P>, is_safe: bool) -> Self {
        let limit = Context::current_limit();
        Self { share, limit, is_safe, has_ended: false, kept: None }
    }

    /// What is sent first; at most `limit` bytes of its body are kept.
    #[inline]
    pub(super) fn split<Req>(&mut self, request: Req, limit: usize) -> K::Sent
    where
        K: Repeat<Req, Kept = Kept>,
    {
        let requests = &self.shared().requests;
        let (mut sent, kept) = requests.split(request, limit);
        requests.number(&mut sent, 1);
        self.kept = Some(kept);
        sent
    }

    #[inline]
    pub(super) fn shared(&self) -> &Shared<S, K, C, P> {
        self.share.shared()
    }

    #[inline]
    pub(super) fn state(&self) -> &State {
        self.share.counters().shared()
    }

    /// Somebody waits for the first attempt.
    #[inline]
    pub(super) fn wait(&mut self) {
        if self.limit.is_open() {
            self.start_limit();
        }
    }

    /// The context of the attempts that follow.
    ///
    /// It is that in which the first is polled; where the call was moved to another task, which
    /// has none, at least the time that it had is kept.
    pub(super) fn context(&self) -> Context {
        let context = Context::here();
        let is_moved = context.limit().is_none() && !self.limit.is_none();
        let context = if is_moved { context.with_limit(self.limit) } else { context };
        if context.limit().is_none() { context } else { context.started(now()) }
    }

    /// The call ended like this, and nothing is sent again.
    #[inline]
    pub(super) fn end(&mut self, outcome: CallOutcome) {
        self.has_ended = true;
        self.share.counters().counters().count(outcome);
    }

    #[cold]
    #[inline(never)]
    fn cancel(&mut self) {
        self.end(CallOutcome::Cancelled);
    }

    /// Whoever set the limit starts it now, unless the call is polled in another task.
    #[cold]
    fn start_limit(&mut self) {
        if Context::current_limit().is_none() {
            self.limit = self.limit.start(now()).into();
        }
    }
}

impl<S, K, C, P, Kept> Drop for Call<S, K, C, P, Kept> {
    #[inline]
    fn drop(&mut self) {
        if !self.has_ended {
            self.cancel();
        }
    }
}
