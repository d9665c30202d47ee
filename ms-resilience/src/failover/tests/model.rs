//! Random calls, against a model that is too simple to be wrong.

use proptest::prelude::*;

use super::super::roster::{Pick, Roster, Scene, Set};
use super::super::standing::{Change, Rules};

const ENDPOINTS: usize = 3;

#[derive(Debug, Clone)]
enum Step {
    /// A call that was at some endpoints already asks where to go.
    Next(u8, u8),
    /// The call that was sent so many calls ago ends.
    End(usize, bool),
    /// An endpoint is not available until so many milliseconds from now; closed where there is no
    /// such time.
    Shut(usize, Option<u64>),
    Open(usize),
    Advance(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let until = prop::option::of(0_u64..300);
    prop_oneof![
        8 => (0_u8..8, any::<u8>()).prop_map(|(tried, chance)| Step::Next(tried, chance)),
        8 => (0_usize..4, any::<bool>()).prop_map(|(which, ok)| Step::End(which, ok)),
        1 => (0..ENDPOINTS, until).prop_map(|(which, until)| Step::Shut(which, until)),
        1 => (0..ENDPOINTS).prop_map(Step::Open),
        4 => (1_u64..150).prop_map(Step::Advance),
    ]
}

fn rules() -> impl Strategy<Value = Rules> {
    (1_u64..4, any::<bool>()).prop_map(|(failures, sticky)| Rules {
        failures,
        return_over: 400,
        sticky,
    })
}

/// What the endpoints say of themselves, and what time it is.
#[derive(Debug, Clone)]
struct World {
    rules: Rules,
    now: u64,
    chance: f64,
    /// Until when each is shut.
    shut: [Option<Option<u64>>; ENDPOINTS],
}

impl World {
    fn available(&self, index: usize) -> Result<(), Option<u64>> {
        match self.shut[index] {
            None => Ok(()),
            Some(Some(until)) if until <= self.now => Ok(()),
            Some(until) => Err(until),
        }
    }
}

/// The world, as the real one sees it.
struct Seen<'a>(&'a World, &'a Roster);

impl Scene for Seen<'_> {
    fn rules(&self) -> Rules {
        self.0.rules
    }

    fn now(&mut self) -> u64 {
        self.0.now
    }

    fn availability(&mut self, index: usize) -> Result<(), Option<u64>> {
        self.0.available(index)
    }

    fn chance(&mut self) -> f64 {
        self.0.chance
    }

    fn turn(&mut self, _: usize, change: impl FnOnce() -> Option<Change>) {
        if change().is_some() && self.0.rules.sticky {
            self.1.stick();
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Mode {
    Well { failures: u64 },
    Out { since_probe: u64, pause: u64 },
    Back { since: u64, failed: bool },
}

/// One endpoint: how it stands, in which episode, and how long the next pause is.
#[derive(Debug, Clone, Copy)]
struct One {
    mode: Mode,
    episode: u64,
    pause: u64,
}

#[derive(Debug)]
struct Model {
    endpoints: [One; ENDPOINTS],
    current: usize,
}

impl Model {
    fn new() -> Self {
        let one = One { mode: Mode::Well { failures: 0 }, episode: 0, pause: 40 };
        Self { endpoints: [one; ENDPOINTS], current: 0 }
    }

    fn enter(&mut self, index: usize, mode: Mode, world: &World) {
        let one = &mut self.endpoints[index];
        (one.mode, one.episode) = (mode, one.episode + 1);
        if let Mode::Well { .. } = mode {
            one.pause = 40;
        }
        let is_well = |one: &One| matches!(one.mode, Mode::Well { .. });
        if world.rules.sticky && !is_well(&self.endpoints[self.current]) {
            self.current = self.endpoints.iter().position(is_well).unwrap_or(self.current);
        }
    }

    fn end(&mut self, index: usize, episode: u64, ok: bool, world: &World) {
        let One { mode, episode: now_in, pause } = self.endpoints[index];
        if episode != now_in {
            return;
        }
        let out = Mode::Out { since_probe: world.now, pause };
        match (mode, ok) {
            (Mode::Well { .. }, true) => self.endpoints[index].mode = Mode::Well { failures: 0 },
            (Mode::Well { failures }, false) if failures + 1 == world.rules.failures => {
                self.enter(index, out, world);
            }
            (Mode::Well { failures }, false) => {
                self.endpoints[index].mode = Mode::Well { failures: failures + 1 };
            }
            (_, true) if world.rules.sticky => {
                self.enter(index, Mode::Well { failures: 0 }, world);
            }
            (Mode::Out { .. }, true) => {
                self.enter(index, Mode::Back { since: world.now, failed: false }, world);
            }
            (Mode::Out { .. }, false) => {}
            (Mode::Back { failed: true, .. }, false) => self.enter(index, out, world),
            (Mode::Back { since, .. }, ok) => {
                self.endpoints[index].mode = Mode::Back { since, failed: !ok };
            }
        }
    }

    /// Whether it is available, which is noted.
    fn is_open(&mut self, index: usize, world: &World) -> bool {
        let Err(until) = world.available(index) else { return true };
        let pause = match until {
            None => 40,
            Some(until) => (until - world.now).min(400),
        };
        let out = Mode::Out { since_probe: world.now, pause };
        match self.endpoints[index].mode {
            Mode::Well { .. } => self.enter(index, out, world),
            Mode::Out { since_probe, pause: before } => {
                if world.now + pause > since_probe + before {
                    self.endpoints[index].mode = out;
                }
            }
            Mode::Back { failed, .. } => {
                self.endpoints[index].mode = Mode::Back { since: world.now, failed };
            }
        }
        false
    }

    fn next(&mut self, tried: &[usize], world: &World) -> Option<usize> {
        let mut order = vec![self.current];
        order.extend((0..ENDPOINTS).filter(|index| *index != self.current));
        order.retain(|index| !tried.contains(index));
        let mut closed = Vec::new();
        for &index in &order {
            let is_wanted = match self.endpoints[index].mode {
                Mode::Well { .. } => true,
                _ if world.rules.sticky => false,
                Mode::Out { since_probe, pause } => world.now >= since_probe + pause,
                Mode::Back { since, .. } => {
                    let age = u32::try_from(world.now - since).unwrap();
                    world.chance < f64::from(age) / 400.0
                }
            };
            if !is_wanted {
                continue;
            }
            if !self.is_open(index, world) {
                closed.push(index);
                continue;
            }
            match self.endpoints[index].mode {
                Mode::Well { .. } => {}
                Mode::Out { .. } => {
                    let one = &mut self.endpoints[index];
                    one.pause = (one.pause * 2).min(400);
                    one.mode = Mode::Out { since_probe: world.now, pause: one.pause };
                }
                Mode::Back { since, .. } => {
                    if world.now - since >= 400 {
                        self.enter(index, Mode::Well { failures: 0 }, world);
                    }
                }
            }
            return Some(index);
        }
        order.retain(|index| !closed.contains(index));
        let rank = |one: &One| match one.mode {
            Mode::Well { .. } => 0,
            Mode::Back { .. } => 1,
            Mode::Out { since_probe, pause } if world.now >= since_probe + pause => 2,
            Mode::Out { .. } => 3,
        };
        order.sort_by_key(|index| rank(&self.endpoints[*index]));
        order.into_iter().find(|index| self.is_open(*index, world))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn s_fo_3_endpoints_are_chosen_left_and_returned_to_as_in_a_naive_model(
        rules in rules(),
        steps in prop::collection::vec(step(), 1..200),
    ) {
        let mut world = World { rules, now: 0, chance: 0.0, shut: [None; ENDPOINTS] };
        let (roster, mut model) = (Roster::new(ENDPOINTS), Model::new());
        let mut calls: Vec<(Pick, u64)> = Vec::new();
        for step in steps {
            match step {
                Step::Next(tried, chance) => {
                    world.chance = f64::from(chance) / 256.0;
                    let tried: Vec<usize> =
                        (0..ENDPOINTS).filter(|index| tried >> index & 1 == 1).collect();
                    let set = tried.iter().fold(Set::default(), |set, index| set.with(*index));
                    let picked = roster.next(set, &mut Seen(&world, &roster));
                    let expected = model.next(&tried, &world);
                    prop_assert_eq!(picked.map(Pick::index), expected);
                    if let Some(pick) = picked {
                        prop_assert!(world.available(pick.index()).is_ok());
                        calls.push((pick, model.endpoints[pick.index()].episode));
                    } else {
                        let is_left = |index| !tried.contains(&index);
                        let is_open = |index: &usize| world.available(*index).is_ok();
                        prop_assert!(!(0..ENDPOINTS).filter(|i| is_left(*i)).any(|i| is_open(&i)));
                    }
                }
                Step::End(ago, ok) => {
                    let Some(place) = calls.len().checked_sub(ago + 1) else { continue };
                    let (pick, episode) = calls.remove(place);
                    let standing = roster.standing(pick.index());
                    let change = if ok {
                        standing.succeed(pick.generation, world.now, rules)
                    } else {
                        standing.fail(pick.generation, world.now, rules)
                    };
                    if change.is_some() && rules.sticky {
                        roster.stick();
                    }
                    model.end(pick.index(), episode, ok, &world);
                }
                Step::Shut(index, after) => {
                    world.shut[index] = Some(after.map(|after| world.now + after));
                }
                Step::Open(index) => world.shut[index] = None,
                Step::Advance(millis) => world.now += millis,
            }
            prop_assert_eq!(roster.current(), model.current);
        }
    }
}
