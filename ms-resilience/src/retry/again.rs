//! What only a call has whose first attempt did not succeed.

use std::mem::take;
use std::time::Duration;

use ms_core::context::Context;
use ms_core::rejection::Rejection;
use ms_core::repeat::{NotRepeatable, Repeat};
use ms_core::verdict::Verdict;

use super::asking::{Asking, Pauses};
use super::call::Call;
use super::decide::decide;
use super::ended::Ended;
use super::metric::CallOutcome;
use super::reason::NOT_REPEATABLE;
use crate::budget::{Budget, Token};
use crate::schedule::Schedule;

/// What only a call has whose first attempt did not succeed.
pub(super) struct Again<E, D> {
    /// In which the next attempt is made.
    pub(super) context: Context,
    /// How many attempts there were, with the one that is to come.
    attempts: u32,
    /// An attempt was made that our own side did not refuse: what follows has to be paid.
    is_charged: bool,
    pauses: Option<Pauses<D>>,
    token: Option<Token>,
    /// With which the attempt before failed. A response is dropped instead.
    error: Option<E>,
}

impl<E, D> Again<E, D> {
    /// After one attempt.
    pub(super) const fn new(context: Context) -> Self {
        Self { context, attempts: 1, is_charged: false, pauses: None, token: None, error: None }
    }

    /// An attempt ended: after which pause there is another, or how the call ends.
    pub(super) fn decide<S, K, C, P, Req>(
        &mut self,
        ended: Ended,
        call: &Call<S, K, C, P, K::Kept>,
    ) -> Result<Duration, CallOutcome>
    where
        K: Repeat<Req>,
        P: Schedule<Delays = D>,
    {
        let shared = call.shared();
        self.pay(ended, &shared.budget);
        if ended.verdict == Some(Verdict::Success) {
            return Err(CallOutcome::Recovered);
        }
        let state = call.state();
        let asking = Asking {
            state,
            context: &self.context,
            schedule: shared.schedule.as_ref(),
            pauses: &mut self.pauses,
            budget: self.is_charged.then_some(&shared.budget),
            has_attempts: call.kept.is_some() && self.attempts < state.attempts(),
            is_safe: call.is_safe,
            check: || call.kept.as_ref().map_or(Ok(()), |kept| shared.requests.check(kept)),
        };
        match decide(ended.failure, asking) {
            Ok((pause, token)) => {
                self.token = token;
                self.attempts += 1;
                self.context = take(&mut self.context).with_attempt(self.attempts);
                state.note_retry(self.attempts, pause);
                Ok(pause)
            }
            Err(outcome) => {
                state.note_end(outcome, self.attempts);
                Err(outcome)
            }
        }
    }

    /// The attempt before failed with `error`, or gave a response that is dropped.
    pub(super) fn remember(&mut self, error: Option<E>) {
        self.error = error;
    }

    /// What is sent in the next attempt, or what the call gives if that is not to be had.
    pub(super) fn request<S, K, C, P, Req>(
        &mut self,
        call: &mut Call<S, K, C, P, K::Kept>,
    ) -> Result<K::Sent, E>
    where
        E: From<Rejection>,
        K: Repeat<Req>,
    {
        let kept = call.kept.take();
        let (requests, state) = (&call.shared().requests, call.state());
        let is_last = self.attempts >= state.attempts();
        let (sent, kept) = match kept {
            None => (Err(NotRepeatable::Once), None),
            Some(kept) if is_last => (requests.last(kept), None),
            Some(kept) => (requests.again(&kept), Some(kept)),
        };
        let mut sent = sent.map_err(|why| {
            let before = self.attempts - 1;
            state.note_end(CallOutcome::Committed, before);
            self.error.take().unwrap_or_else(|| {
                let rejection = Rejection::new(&NOT_REPEATABLE, state.voice.name());
                rejection.because([before, 0, 0, 0]).caused_by(why).into()
            })
        })?;
        requests.number(&mut sent, self.attempts);
        call.kept = kept;
        self.token.iter_mut().for_each(Token::sent);
        Ok(sent)
    }

    /// What the end of an attempt is to the budget.
    fn pay(&mut self, ended: Ended, budget: &Budget) {
        let token = self.token.take();
        if ended.is_refused {
            token.into_iter().for_each(Token::give_back);
            return;
        }
        self.is_charged = true;
        match (ended.verdict, token) {
            (Some(Verdict::Success), Some(token)) => token.succeed(),
            (Some(Verdict::Success), None) => budget.succeed(),
            (Some(Verdict::Failure(_)), Some(token)) => token.fail(),
            (Some(Verdict::Failure(_)), None) => budget.fail(),
            (Some(Verdict::Neutral) | None, _) => {}
        }
    }
}
