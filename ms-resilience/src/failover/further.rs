//! What only a call has that the first endpoint does not answer at once.

use std::fmt;

use ms_core::availability::Available;
use ms_core::clock::now;
use ms_core::context::Context;
use ms_core::repeat::{NotRepeatable, Repeat};
use ms_core::verdict::Resend;

use super::call::Call;
use super::ended::{Ended, Health};
use super::metric::CallOutcome;
use super::purse::Purse;
use super::roster::{Pick, Set};
use crate::budget::Token;

/// What only a call has that the first endpoint does not answer at once.
pub(super) struct Further<Sent, Res, Err> {
    /// The request, until an endpoint is called.
    unsent: Option<Sent>,
    /// Where it was.
    pub(super) asked: Set,
    /// How many endpoints may have got the request.
    sends: u32,
    /// In which it is sent again; empty while no endpoint may have got it.
    pub(super) context: Option<Context>,
    token: Option<Token>,
    /// What the caller gets if it goes no further, and which endpoint said so.
    outcome: Option<(usize, Result<Res, Err>)>,
}

impl<Sent, Res, Err> Further<Sent, Res, Err> {
    pub(super) fn new(unsent: Option<Sent>) -> Self {
        let (asked, context, token) = (Set::default(), None, None);
        Self { unsent, asked, sends: 0, context, token, outcome: None }
    }

    /// The endpoint `index` said `result`. What counts is what the most preferred one said, unless
    /// that `must_count`.
    pub(super) fn keep(&mut self, index: usize, result: Result<Res, Err>, must_count: bool) {
        let is_better = |(best, _): &(usize, _)| index < *best || must_count;
        if self.outcome.as_ref().is_none_or(is_better) {
            self.outcome = Some((index, result));
        }
    }

    /// What the caller gets if it goes no further.
    pub(super) fn outcome(&mut self) -> Option<Result<Res, Err>> {
        self.outcome.take().map(|(_, result)| result)
    }

    /// Runs `act` in which it goes on.
    pub(super) fn enter<T>(&mut self, act: impl FnOnce() -> T) -> T {
        match &mut self.context {
            Some(context) => context.enter(act),
            None => act(),
        }
    }

    /// An endpoint was asked, which ended so: the next to go to, or why it goes no further.
    pub(super) fn decide<S, K, C, Req>(
        &mut self,
        ended: Ended,
        call: &Call<S, K, C, K::Kept>,
    ) -> Result<Pick, CallOutcome>
    where
        S: Available,
        K: Repeat<Req>,
    {
        let shared = call.shared();
        self.asked = self.asked.with(call.pick.index());
        self.sends += u32::from(ended.is_sent);
        if ended.resend == Resend::Never {
            return Err(CallOutcome::Final);
        }
        if self.asked.count() as usize >= shared.templates.len() {
            return Err(CallOutcome::Failed);
        }
        if ended.resend == Resend::IfSafe && !call.is_safe {
            return Err(CallOutcome::Unsafe);
        }
        self.check(call)?;
        let context = call.context();
        if context.deadline().is_some_and(|deadline| deadline.is_over(now())) {
            return Err(CallOutcome::Deadline);
        }
        let next = shared.next(self.asked).ok_or(CallOutcome::Failed)?;
        if self.sends > 0 {
            let token = shared.purse.budget.draw().ok_or(CallOutcome::Budget)?;
            let first = context.attempt().max(1);
            self.context = Some(context.with_attempt(first.saturating_add(self.sends)));
            self.token = Some(token);
        }
        call.state().note_moved(call.pick.index(), next.index());
        Ok(next)
    }

    /// What is sent to an endpoint that is ready.
    pub(super) fn request<S, K, C, Req>(
        &mut self,
        call: &mut Call<S, K, C, K::Kept>,
    ) -> Result<Sent, NotRepeatable>
    where
        K: Repeat<Req, Sent = Sent>,
    {
        if let Some(sent) = self.unsent.take() {
            return Ok(sent);
        }
        let kept = call.kept.take().ok_or(NotRepeatable::Once)?;
        let shared = call.shared();
        let is_last = self.asked.count() as usize + 1 >= shared.templates.len();
        let (mut sent, kept) = if is_last {
            (shared.requests.last(kept)?, None)
        } else {
            (shared.requests.again(&kept)?, Some(kept))
        };
        if let Some(context) = &self.context {
            shared.requests.number(&mut sent, context.attempt());
        }
        call.kept = kept;
        self.token.iter_mut().for_each(Token::sent);
        Ok(sent)
    }

    /// What it is to the budget that an endpoint was asked.
    pub(super) fn pay(&mut self, ended: Ended, purse: &Purse) {
        let token = self.token.take();
        if !ended.is_sent {
            return token.into_iter().for_each(Token::give_back);
        }
        // An attempt that was paid for is spent, also where nobody hears how it ended.
        match (ended.health, token.filter(|_| purse.is_funded())) {
            (Health::Good, Some(token)) => token.succeed(),
            (Health::Good, None) => purse.succeed(),
            (Health::Bad, Some(token)) => token.fail(),
            (Health::Bad, None) => purse.fail(),
            (Health::Unknown | Health::ByAge, _) => {}
        }
    }

    /// What is in use now may be free when the next endpoint is ready.
    fn check<S, K, C, Req>(&self, call: &Call<S, K, C, K::Kept>) -> Result<(), CallOutcome>
    where
        K: Repeat<Req>,
    {
        if self.unsent.is_some() {
            return Ok(());
        }
        let kept = call.kept.as_ref().ok_or(CallOutcome::Committed)?;
        match call.shared().requests.check(kept) {
            Ok(()) | Err(NotRepeatable::InUse) => Ok(()),
            Err(_) => Err(CallOutcome::Committed),
        }
    }
}

impl<Sent, Res, Err> fmt::Debug for Further<Sent, Res, Err> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Further")
            .field("asked", &self.asked)
            .field("sends", &self.sends)
            .finish_non_exhaustive()
    }
}
