//! What a call of a cache holds, and what becomes of its outcome.

use std::sync::Arc;

use ms_core::clock::{later, now};
use ms_core::rejection::Rejectable;
use ms_core::tally::Ticket;
use ms_core::verdict::{Classify, Verdict, judge};

use super::super::degrade::{Degraded, Mark};
use super::super::failed::Failed;
use super::super::primary::Went;
use super::super::rules::Rules;
use super::super::when::When;
use super::flights::Told;
use super::keep::Keep;
use super::key::Hashed;
use super::metric::CallOutcome;
use super::patience::Patience;
use super::shared::{BY, Shared};
use super::shelf::Found;
use super::slot::Place;
use super::turn::Turn;

/// A call under way.
pub(super) struct Call<Key: Eq, T, K, C, W, M> {
    /// Empty where nothing is to be kept, and once it was.
    pub(super) key: Option<Hashed<Key>>,
    /// Where others follow this call.
    pub(super) turn: Option<Turn<Key, T>>,
    pub(super) ticket: Ticket<Arc<Shared<Key, T>>, CallOutcome>,
    pub(super) rules: Rules<K, C, W, M>,
}

impl<Key, T, K, C, W, M> Call<Key, T, K, C, W, M>
where
    Key: Eq + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    /// The service answered, or failed to become ready.
    pub(super) fn settle<Res, Err>(
        &mut self,
        went: Went<Res, Err>,
    ) -> Result<<K as Keep<Res>>::Response, Err>
    where
        K: Keep<Res, Kept = T>,
        Err: Rejectable,
        C: Classify<Res, Err>,
        W: When<Res, Err>,
        M: Mark<<K as Keep<Res>>::Response>,
    {
        let failed = match went {
            Went::Called(result) => {
                let verdict = judge(&self.rules.classifier, result.as_ref());
                match (result, verdict) {
                    (Ok(response), Some(Verdict::Success)) => return Ok(self.keep(response)),
                    (result, verdict) => Failed::called(result, verdict),
                }
            }
            Went::Unready(error) => {
                let verdict = judge(&self.rules.classifier, Err(&error));
                Failed::unready(error, verdict)
            }
        };
        self.fail(failed)
    }

    /// Passes on a good response, and keeps it.
    fn keep<Res>(&mut self, response: Res) -> <K as Keep<Res>>::Response
    where
        K: Keep<Res, Kept = T>,
    {
        let response = match (self.key.take(), self.ticket.shared()) {
            (Some(key), Some(shared)) => {
                let slot = Place::new(Arc::clone(shared), key, now(), self.turn.take());
                self.rules.keep.keep(response, slot)
            }
            _ => self.rules.keep.pass(response),
        };
        self.ticket.end(CallOutcome::Primary);
        response
    }

    /// Gives an older answer, if there is one and the failure is worth it.
    fn fail<Res, Err>(
        &mut self,
        failed: Failed<Res, Err>,
    ) -> Result<<K as Keep<Res>>::Response, Err>
    where
        K: Keep<Res, Kept = T>,
        Err: Rejectable,
        W: When<Res, Err>,
        M: Mark<<K as Keep<Res>>::Response>,
    {
        let is_success = matches!(failed.verdict(), Some(Verdict::Success));
        let is_wanted = self.key.is_some() && !is_success && self.rules.when.wants(&failed);
        let reason = failed.reason();
        if let Some(found) = is_wanted.then(|| self.older()).flatten() {
            return Ok(self.give_older(&found, reason));
        }
        // Whoever follows finds out for itself, one after the other.
        self.turn = None;
        if let (true, Some(shared)) = (is_wanted, self.ticket.shared()) {
            shared.note_unanswered(reason);
        }
        self.ticket.end(if is_wanted { CallOutcome::NoAnswer } else { CallOutcome::Primary });
        failed.into_outcome().map(|response| self.rules.keep.pass(response))
    }

    /// The answer that is kept for this call, however old it may be.
    pub(super) fn older(&self) -> Option<Found<T>> {
        self.ticket.shared()?.get(self.key.as_ref()?, now())
    }

    /// How long it may take from now on until the service is ready.
    pub(super) fn patience(&self) -> Patience {
        match (self.older(), self.ticket.shared()) {
            (Some(_), Some(shared)) => Patience::Until(later(now(), shared.config().patience)),
            _ => Patience::Endless,
        }
    }

    /// Gives an answer that is no older than was asked for.
    pub(super) fn give<Res>(
        &mut self,
        found: &Found<T>,
        outcome: CallOutcome,
    ) -> <K as Keep<Res>>::Response
    where
        K: Keep<Res, Kept = T>,
        M: Mark<<K as Keep<Res>>::Response>,
    {
        let mut response = self.rules.keep.restore(&found.kept);
        self.rules.mark.age(&mut response, found.age(now()));
        self.ticket.end(outcome);
        response
    }

    /// Gives an older answer, to all who follow as well, since it failed for `reason`.
    pub(super) fn give_older<Res>(
        &mut self,
        found: &Found<T>,
        reason: &'static str,
    ) -> <K as Keep<Res>>::Response
    where
        K: Keep<Res, Kept = T>,
        M: Mark<<K as Keep<Res>>::Response>,
    {
        if let Some(turn) = self.turn.take() {
            turn.end(&Told::Older(found.clone(), reason));
        }
        let degraded = Degraded::new(BY, reason).aged(found.age(now()));
        let mut response = self.rules.keep.restore(&found.kept);
        self.rules.mark.mark(&mut response, &degraded);
        if let Some(shared) = self.ticket.shared() {
            shared.note_degraded(reason);
        }
        self.ticket.end(CallOutcome::Degraded);
        response
    }
}
