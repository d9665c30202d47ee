//! What a choice asks, answered for one call.

use ms_core::availability::{Availability, Available};
use ms_core::clock::{Instant, now};

use super::roster::Scene;
use super::standing::{Change, Rules};
use super::state::State;
use super::templates::Templates;

/// Answers what a choice asks.
pub(super) struct Look<'a, S> {
    state: &'a State,
    templates: &'a Templates<S>,
    /// An instance that is at hand, and of which endpoint it is.
    held: Option<(usize, &'a S)>,
    /// Empty until somebody asks.
    now: Option<Instant>,
}

impl<'a, S> Look<'a, S> {
    pub(super) const fn new(
        state: &'a State,
        templates: &'a Templates<S>,
        held: Option<(usize, &'a S)>,
    ) -> Self {
        Self { state, templates, held, now: None }
    }

    fn moment(&mut self) -> Instant {
        *self.now.get_or_insert_with(now)
    }
}

impl<S: Available> Look<'_, S> {
    pub(super) fn ask(&self, index: usize, now: Instant) -> Availability {
        match self.held {
            Some((at_hand, service)) if at_hand == index => service.availability(now),
            _ => self.templates.availability(index, now),
        }
    }
}

impl<S: Available> Scene for Look<'_, S> {
    fn rules(&self) -> Rules {
        self.state.settings.rules()
    }

    fn now(&mut self) -> u64 {
        self.state.millis(self.moment())
    }

    fn availability(&mut self, index: usize) -> Result<(), Option<u64>> {
        let now = self.moment();
        match self.ask(index, now) {
            Availability::Now => Ok(()),
            Availability::At(moment) => Err(Some(self.state.millis_after(moment))),
            Availability::Closed => Err(None),
        }
    }

    fn chance(&mut self) -> f64 {
        self.state.rng.unit()
    }

    fn turn(&mut self, index: usize, change: impl FnOnce() -> Option<Change>) {
        self.state.change(index, change);
    }
}
