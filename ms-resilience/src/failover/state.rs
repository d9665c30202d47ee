//! What all calls of a policy share.

use std::collections::VecDeque;
use std::fmt;

use ms_core::clock::{Instant, now};
use ms_core::config::ConfigError;
use ms_core::name::Name;
use ms_core::registry::{Burst, Readings, Voice};
use ms_core::rng::Rng;
use ms_core::sync::{Mutex, lock};

use super::config::FailoverConfig;
use super::ended::Health;
use super::endpoint::{Endpoint, EndpointSnapshot, EndpointStanding};
use super::event::{self, Named};
use super::metric::{CallOutcome, ENDPOINT_LEFT, ENDPOINT_SHARE, Ending, Outcomes};
use super::purse::Purse;
use super::roster::{Pick, Roster, Set};
use super::settings::Settings;
use super::standing::{Change, Phase};
use super::turns::{Turn, Turns};

/// What all calls of a policy share.
#[derive(Debug)]
pub(super) struct State {
    pub(super) voice: Voice,
    /// From which moments are counted: long past, so that a call may ask for it without a clock.
    pub(super) start: Instant,
    pub(super) roster: Roster,
    pub(super) settings: Settings,
    pub(super) rng: Rng,
    endpoints: Box<[Endpoint]>,
    outcomes: Outcomes,
    config: Mutex<FailoverConfig>,
    purse: Mutex<Purse>,
    turns: Turns,
    moved: Burst,
    gave_up: Burst,
}

impl State {
    /// With a `config` that was validated, and at least one endpoint.
    pub(super) fn new(
        voice: Voice,
        names: Vec<Name>,
        config: FailoverConfig,
        purse: Purse,
    ) -> Self {
        let start = now();
        Self {
            voice,
            start,
            roster: Roster::new(names.len()),
            settings: Settings::new(&config),
            rng: Rng::new(),
            endpoints: names.into_iter().map(Endpoint::new).collect(),
            outcomes: Outcomes::default(),
            config: Mutex::new(config),
            purse: Mutex::new(purse),
            turns: Turns::default(),
            moved: Burst::new(start),
            gave_up: Burst::new(start),
        }
    }

    /// `moment` in milliseconds of the policy.
    pub(super) fn millis(&self, moment: Instant) -> u64 {
        number(moment.saturating_duration_since(self.start).as_millis())
    }

    /// The same, rounded up: for what begins then.
    pub(super) fn millis_after(&self, moment: Instant) -> u64 {
        let nanos = moment.saturating_duration_since(self.start).as_nanos();
        number(nanos.div_ceil(1_000_000))
    }

    pub(super) fn names(&self) -> Vec<Name> {
        self.endpoints.iter().map(|endpoint| endpoint.name.clone()).collect()
    }

    pub(super) fn config(&self) -> FailoverConfig {
        lock(&self.config).clone()
    }

    pub(super) fn purse(&self) -> Purse {
        lock(&self.purse).clone()
    }

    pub(super) fn draw_on(&self, purse: Purse) {
        *lock(&self.purse) = purse;
    }

    /// Takes over other settings; a budget that was given keeps its own.
    pub(super) fn reconfigure(&self, config: &FailoverConfig) -> Result<(), ConfigError> {
        config.validate()?;
        let mut current = lock(&self.config);
        let purse = self.purse();
        if purse.is_own() {
            purse.budget.reconfigure(config.budget)?;
        }
        self.settings.set(config);
        current.clone_from(config);
        drop(current);
        if !config.sticky {
            self.unstick();
        }
        Ok(())
    }

    /// All endpoints are trusted, and calls go to the first.
    pub(super) fn reset(&self) {
        for index in 0..self.roster.len() {
            self.change(index, || self.roster.standing(index).reset());
        }
        self.unstick();
    }

    /// A call there succeeded.
    #[inline]
    pub(super) fn succeed(&self, pick: Pick) {
        if !self.roster.standing(pick.index()).is_sound() {
            self.heed_success(pick);
        }
    }

    #[inline(never)]
    fn heed_success(&self, pick: Pick) {
        let index = pick.index();
        let (standing, rules) = (self.roster.standing(index), self.settings.rules());
        if standing.heeds_success(pick.generation, rules) {
            let now = self.millis(now());
            self.change(index, || standing.succeed(pick.generation, now, rules));
        }
    }

    /// It ended like this that an endpoint was asked, of which `how` says what went wrong.
    #[cold]
    pub(super) fn note_asked(
        &self,
        pick: Pick,
        ending: Ending,
        health: Health,
        how: &dyn fmt::Debug,
    ) {
        let Some(endpoint) = self.endpoints.get(pick.index()) else { return };
        endpoint.endings.count(ending);
        if health == Health::Good {
            return self.succeed(pick);
        }
        let now = now();
        let says_nothing = matches!(ending, Ending::Answered | Ending::Cancelled);
        if health == Health::Bad || !says_nothing {
            endpoint.note(now, how);
        }
        if health == Health::Bad {
            let (standing, rules) = (self.roster.standing(pick.index()), self.settings.rules());
            let now = self.millis(now);
            self.change(pick.index(), || standing.fail(pick.generation, now, rules));
        }
    }

    /// Makes a change to how an endpoint stands, and tells.
    pub(super) fn change(&self, index: usize, change: impl FnOnce() -> Option<Change>) {
        self.turn(|turns| {
            let Some(change) = change() else { return };
            turns.push_back(Turn::Standing(index, change));
            if self.settings.is_sticky() {
                turns.extend(self.roster.stick().map(Turn::Switched));
            }
        });
    }

    /// A call ended like this that was not answered at once.
    pub(super) fn count_call(&self, outcome: CallOutcome) {
        self.outcomes.count(outcome);
    }

    /// A call moves on.
    #[cold]
    pub(super) fn note_moved(&self, from: usize, to: usize) {
        if let Some(count) = self.moved.note(now())
            && let (Some(from), Some(to)) = (self.named(from), self.named(to))
        {
            event::moved(&self.voice, count, from, to);
        }
    }

    /// A call that was at the endpoints `asked` failed and does not go on.
    #[cold]
    pub(super) fn note_end(&self, outcome: CallOutcome, asked: Set) {
        if let Some(count) = self.gave_up.note(now()) {
            let failures = self.failures(asked);
            event::gave_up(&self.voice, count, asked.count(), outcome, &failures);
        }
    }

    pub(super) fn snapshot(&self, now: Instant) -> Vec<EndpointSnapshot> {
        let (now, rules) = (self.millis(now), self.settings.rules());
        let snapshot = |(index, endpoint): (usize, &Endpoint)| {
            let stand = self.roster.standing(index).read();
            let standing = match stand.phase {
                Phase::Trusted { .. } => EndpointStanding::Trusted,
                Phase::Away { .. } => EndpointStanding::Away,
                Phase::Returning { .. } => {
                    EndpointStanding::Returning { share: stand.share(now, rules) }
                }
            };
            let last_failure = endpoint.last_failure();
            EndpointSnapshot { name: endpoint.name.clone(), standing, last_failure }
        };
        self.endpoints.iter().enumerate().map(snapshot).collect()
    }

    /// `answered` says how many calls an endpoint answered that asked it first.
    pub(super) fn read(
        &self,
        now: Instant,
        answered: impl Fn(usize) -> u64,
        out: &mut dyn Readings,
    ) {
        self.outcomes.read((0..self.endpoints.len()).map(&answered).sum(), out);
        let (now, rules) = (self.millis(now), self.settings.rules());
        for (index, endpoint) in self.endpoints.iter().enumerate() {
            let name = endpoint.name.as_str();
            endpoint.endings.read(name, answered(index), out);
            let share = self.roster.standing(index).read().share(now, rules);
            out.gauge(&ENDPOINT_SHARE, &[("endpoint", name)], share);
            out.counter(&ENDPOINT_LEFT, &[("endpoint", name)], endpoint.left.get());
        }
        self.purse().read(out);
    }

    fn unstick(&self) {
        self.turn(|turns| turns.extend(self.roster.unstick().then_some(Turn::Switched(0))));
    }

    fn turn(&self, change: impl FnOnce(&mut VecDeque<Turn>)) {
        self.turns.turn(change, |turn| self.tell(turn));
    }

    #[cold]
    fn tell(&self, turn: Turn) {
        match turn {
            Turn::Switched(index) => {
                if let Some(to) = self.named(index) {
                    event::switched(&self.voice, to);
                }
            }
            Turn::Standing(index, change) => {
                let Some(endpoint) = self.endpoints.get(index) else { return };
                if change == Change::Left {
                    endpoint.left.count();
                }
                if let Some(named) = self.named(index) {
                    event::turned(&self.voice, named, change);
                }
            }
        }
    }

    fn named(&self, index: usize) -> Option<Named<'_>> {
        let name = &self.endpoints.get(index)?.name;
        Some(Named { number: index as u64 + 1, name })
    }

    fn failures(&self, asked: Set) -> String {
        let failure = |(index, endpoint): (usize, &Endpoint)| {
            let failure = endpoint.last_failure().filter(|_| asked.has(index))?;
            Some(format!("{}: {}", endpoint.name, failure.text))
        };
        let failures: Vec<_> = self.endpoints.iter().enumerate().filter_map(failure).collect();
        failures.join("; ")
    }
}

fn number(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
