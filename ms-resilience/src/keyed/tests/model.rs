//! Keys at moments of our choice, against a list that knows when each was used.

use std::collections::BTreeMap;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::sync::Arc;
use std::time::Duration;

use ms_core::clock::{Instant, now};
use proptest::prelude::*;

use super::super::keys::{Entry, Keys};
use super::super::member::Stay;
use super::{Toy, keys};

const IDLE: Duration = Duration::from_secs(10);

type Tested = Keys<u8, Toy, BuildHasherDefault<DefaultHasher>>;

#[derive(Debug, Clone, Copy)]
enum Step {
    Use(u8),
    Hold(u8),
    Release(u8),
    Stay(u8, Stay),
    Bound(u32),
    Advance(u64),
    Look,
}

fn step() -> impl Strategy<Value = Step> {
    let stay = prop_oneof![Just(Stay::WhileRoom), Just(Stay::WhileUsed), Just(Stay::Always)];
    let key = || 0_u8..12;
    prop_oneof![
        8 => key().prop_map(Step::Use),
        3 => key().prop_map(Step::Hold),
        3 => key().prop_map(Step::Release),
        2 => (key(), stay).prop_map(|(key, stay)| Step::Stay(key, stay)),
        1 => (1_u32..8).prop_map(Step::Bound),
        4 => (0_u64..8000).prop_map(Step::Advance),
        2 => Just(Step::Look),
    ]
}

/// What is known of a key that is there.
struct Known {
    used: Instant,
    stay: Stay,
    held: Vec<Arc<Toy>>,
}

impl Known {
    fn may_go(&self) -> bool {
        self.held.is_empty() && self.stay == Stay::WhileRoom
    }
}

struct Pair {
    tested: Tested,
    known: BTreeMap<u8, Known>,
    most: u32,
    now: Instant,
    /// When somebody looked, so that an age could end.
    looked: Vec<Instant>,
}

impl Pair {
    fn new(shards: usize) -> Self {
        let now = now();
        let tested = Keys::with(&keys(4, IDLE), now, shards, BuildHasherDefault::default());
        Self { tested, known: BTreeMap::new(), most: 4, now, looked: vec![now] }
    }

    fn find(&mut self, key: u8) -> Option<Arc<Toy>> {
        let found = self.tested.find(&key);
        assert_eq!(found.is_some(), self.known.contains_key(&key), "key {key}");
        if let Some(known) = self.known.get_mut(&key) {
            known.used = self.now;
        }
        found
    }

    fn use_key(&mut self, key: u8) -> Option<Arc<Toy>> {
        if let Some(found) = self.find(key) {
            return Some(found);
        }
        let full = u32::try_from(self.known.len()).unwrap() >= self.most;
        let before = self.tested.evicted();
        let entry = self.tested.insert(key, self.now, |_| Toy::default());
        let after = self.tested.evicted();
        self.looked(after.1 == before.1);
        match entry {
            Entry::New(toy) => {
                assert!(full || after.1 == before.1, "driven out though there was room");
                assert!(!full || after != before, "there was no room");
                self.known
                    .insert(key, Known { used: self.now, stay: Stay::WhileRoom, held: Vec::new() });
                Some(toy)
            }
            Entry::NoRoom => {
                assert!(full && !self.known.values().any(Known::may_go), "there was room");
                None
            }
            Entry::Old(_) => panic!("it was not there"),
        }
    }

    /// Somebody looked. Who is gone was free to go, and was idle unless there was no room.
    fn looked(&mut self, only_idle: bool) {
        let (tested, now) = (&self.tested, self.now);
        self.known.retain(|key, known| {
            let is_there = tested.peek(key).is_some();
            let was_idle = !only_idle || now - known.used >= IDLE;
            let was_free = known.held.is_empty() && known.stay != Stay::Always;
            assert!(is_there || (was_free && was_idle), "key {key} is gone");
            is_there
        });
        self.looked.push(now);
    }

    #[allow(clippy::needless_pass_by_value, reason = "a step is made for this")]
    fn take(&mut self, step: Step) {
        // As long as it takes until somebody who may go is looked for again.
        self.now += Duration::from_millis(1);
        let before = self.known.len();
        match step {
            Step::Use(key) => drop(self.use_key(key)),
            Step::Hold(key) => {
                let toy = self.use_key(key);
                self.known
                    .get_mut(&key)
                    .into_iter()
                    .for_each(|known| known.held.extend(toy.clone()));
            }
            Step::Release(key) => {
                let now = self.now;
                if let Some(known) = self.known.get_mut(&key) {
                    known.used = if known.held.pop().is_some() { now } else { known.used };
                }
            }
            Step::Stay(key, stay) => {
                if let Some(toy) = self.find(key) {
                    toy.set(stay);
                    self.known.get_mut(&key).unwrap().stay = stay;
                }
            }
            Step::Bound(most) => {
                self.most = most;
                self.tested.reconfigure(&keys(most, IDLE), self.now);
                self.known.retain(|key, known| {
                    let is_there = self.tested.peek(key).is_some();
                    assert!(is_there || known.may_go(), "key {key} is gone");
                    is_there
                });
                let is_over = self.known.len() > most as usize;
                assert!(!is_over || !self.known.values().any(Known::may_go));
            }
            Step::Advance(millis) => self.now += Duration::from_millis(millis),
            Step::Look => self.look(),
        }
        assert_eq!(self.tested.len(), self.known.len());
        assert_eq!(self.tested.values().len(), self.known.len());
        assert!(self.known.len() <= before.max(self.most as usize));
    }

    fn look(&mut self) {
        self.tested.sweep(self.now);
        self.looked(true);
        let lag = self.lag();
        for (key, known) in &self.known {
            let idle = self.now - known.used;
            let may_stay = !known.held.is_empty() || known.stay == Stay::Always;
            assert!(may_stay || idle < 2 * lag, "key {key} was idle for {idle:?}");
        }
    }

    /// How long an age can have lasted: until somebody looked who found it over.
    fn lag(&self) -> Duration {
        let pairs = self.looked.windows(2).map(|pair| pair[1] - pair[0]);
        IDLE + pairs.max().unwrap_or_default()
    }
}

proptest! {
    #[test]
    fn s_17_keys_are_kept_and_forgotten_as_a_list_of_uses_says(
        shards in 0_u32..3,
        steps in prop::collection::vec(step(), 0..300),
    ) {
        let mut pair = Pair::new(1 << shards);
        steps.into_iter().for_each(|step| pair.take(step));
    }
}
