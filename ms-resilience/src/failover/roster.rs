//! Pure: which endpoint a call goes to, and where it goes on.

use ms_core::sync::{AtomicU32, Ordering};

use super::standing::{Change, Phase, Rules, Standing};

/// How many endpoints there may be.
pub(super) const MOST: usize = 16;

/// How all endpoints stand, the most preferred first.
#[derive(Debug)]
pub(super) struct Roster {
    /// As many as there are endpoints, and some that nobody asks.
    standings: [Standing; MOST],
    len: usize,
    /// The first to be asked: always the first of all, unless calls stick to where they are.
    current: AtomicU32,
}

/// The endpoint that was chosen for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pick {
    index: u32,
    /// In which it was chosen: what is seen later says nothing of another.
    pub(super) generation: u32,
}

/// Some of the endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Set(u16);

/// What a choice asks.
pub(super) trait Scene {
    fn rules(&self) -> Rules;
    /// In milliseconds of the policy.
    fn now(&mut self) -> u64;
    /// Whether an endpoint is available, or when it is again if that is known.
    fn availability(&mut self, index: usize) -> Result<(), Option<u64>>;
    /// From 0 (inclusive) to 1 (exclusive).
    fn chance(&mut self) -> f64;
    /// Makes a change, and tells.
    fn turn(&mut self, index: usize, change: impl FnOnce() -> Option<Change>);
}

impl Pick {
    /// For a call that goes to none.
    pub(super) const NOWHERE: Self = Self { index: u32::MAX, generation: 0 };

    /// Whether it is the endpoint in this place.
    #[inline]
    pub(super) const fn is(self, place: u32) -> bool {
        self.index == place
    }

    #[inline]
    pub(super) const fn place(self) -> u32 {
        self.index
    }

    #[inline]
    pub(super) const fn index(self) -> usize {
        self.index as usize
    }
}

impl Set {
    pub(super) const fn has(self, index: usize) -> bool {
        self.0 >> index & 1 == 1
    }

    #[must_use]
    pub(super) const fn with(self, index: usize) -> Self {
        Self(self.0 | 1 << index)
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) const fn count(self) -> u32 {
        self.0.count_ones()
    }
}

impl Roster {
    /// At most [`MOST`] endpoints, all of them trusted.
    pub(super) fn new(endpoints: usize) -> Self {
        let standings = std::array::from_fn(|_| Standing::new());
        Self { standings, len: endpoints, current: AtomicU32::new(0) }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Where calls go first that nothing keeps from it.
    pub(super) fn current(&self) -> usize {
        self.current.load(Ordering::Relaxed) as usize
    }

    #[inline]
    pub(super) fn standing(&self, index: usize) -> &Standing {
        &self.standings[index % MOST]
    }

    /// Where calls go first, if that is trusted: what most calls need to know.
    #[inline]
    pub(super) fn favourite(&self) -> Option<Pick> {
        let index = self.current.load(Ordering::Relaxed);
        let generation = self.standing(index as usize).trusted()?;
        Some(Pick { index, generation })
    }

    /// Whether nothing has turned since it was chosen.
    pub(super) fn is_current(&self, pick: Pick) -> bool {
        self.standing(pick.index()).read().generation == pick.generation
    }

    /// Where a call goes that was at those of `tried`, if any other is available.
    pub(super) fn next(&self, tried: Set, scene: &mut impl Scene) -> Option<Pick> {
        let mut out = tried;
        for index in self.order().filter(|index| !tried.has(*index)) {
            if !self.is_wanted(index, scene) {
                continue;
            }
            if !self.is_available(index, scene) {
                out = out.with(index);
            } else if let Some(pick) = self.admit(index, scene) {
                return Some(pick);
            }
        }
        self.last_resort(out, scene)
    }

    /// The first of all, whether it is available or not.
    pub(super) fn first(&self) -> Pick {
        self.pick(self.current())
    }

    /// Where calls stay is not trusted any more: they go to the first that is, and stay there.
    pub(super) fn stick(&self) -> Option<usize> {
        let is_trusted = |index: &usize| self.standing(*index).trusted().is_some();
        let best = self.order().find(is_trusted).filter(|best| *best != self.current())?;
        self.current.store(place(best), Ordering::Relaxed);
        Some(best)
    }

    /// Calls stay nowhere, if they did.
    pub(super) fn unstick(&self) -> bool {
        self.current.swap(0, Ordering::Relaxed) != 0
    }

    fn order(&self) -> impl Iterator<Item = usize> + use<> {
        let current = self.current();
        std::iter::once(current).chain((0..self.len()).filter(move |index| *index != current))
    }

    fn pick(&self, index: usize) -> Pick {
        Pick { index: place(index), generation: self.standing(index).read().generation }
    }

    /// Whether a call would go there, were it available. Those that are away are not even asked
    /// whether they are.
    fn is_wanted(&self, index: usize, scene: &mut impl Scene) -> bool {
        let (stand, rules) = (self.standing(index).read(), scene.rules());
        match stand.phase {
            Phase::Trusted { .. } => true,
            Phase::Away { .. } | Phase::Returning { .. } if rules.sticky => false,
            Phase::Away { until } => until <= scene.now(),
            Phase::Returning { .. } => {
                let now = scene.now();
                scene.chance() < stand.share(now, rules)
            }
        }
    }

    fn is_available(&self, index: usize, scene: &mut impl Scene) -> bool {
        let Err(until) = scene.availability(index) else { return true };
        let (now, rules) = (scene.now(), scene.rules());
        scene.turn(index, || self.standing(index).shut(until, now, rules));
        false
    }

    fn admit(&self, index: usize, scene: &mut impl Scene) -> Option<Pick> {
        let (standing, pick, rules) = (self.standing(index), self.pick(index), scene.rules());
        match standing.read().phase {
            Phase::Trusted { .. } => Some(pick),
            Phase::Away { .. } => {
                standing.probe(pick.generation, scene.now(), rules).then_some(pick)
            }
            Phase::Returning { .. } => {
                let now = scene.now();
                scene.turn(index, || standing.promote(now, rules));
                Some(self.pick(index))
            }
        }
    }

    /// Nobody is trusted who is left: then one that is not, if it is available. Those that were
    /// away for long enough are better than those that left just now.
    fn last_resort(&self, out: Set, scene: &mut impl Scene) -> Option<Pick> {
        let now = scene.now();
        for rank in 0..=Self::WORST {
            let of_rank = |index: &usize| !out.has(*index) && self.rank(*index, now) == rank;
            for index in self.order().filter(of_rank) {
                if self.is_available(index, scene) {
                    return Some(self.pick(index));
                }
            }
        }
        None
    }

    const WORST: u8 = 3;

    fn rank(&self, index: usize, now: u64) -> u8 {
        match self.standing(index).read().phase {
            Phase::Trusted { .. } => 0,
            Phase::Returning { .. } => 1,
            Phase::Away { until } if until <= now => 2,
            Phase::Away { .. } => Self::WORST,
        }
    }
}

#[allow(clippy::cast_possible_truncation, reason = "there are at most sixteen")]
const fn place(index: usize) -> u32 {
    index as u32
}
