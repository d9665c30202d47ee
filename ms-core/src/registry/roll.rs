//! Under which name each policy is listed.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Weak};

use super::listed::Listed;
use super::policy::Policy;
use super::voice::Voice;
use crate::name::Name;
use crate::sync::{Mutex, lock};

/// Calls the roll of policies and members, and remembers which members bear a number.
///
/// Only those are kept that do, so a family of a thousand keys leaves nothing here.
#[derive(Default)]
pub(super) struct Roll(Mutex<HashMap<Address, Numbered>>);

/// Where a policy lives. Nobody else moves in there as long as it is kept weakly.
type Address = usize;

struct Numbered {
    policy: Weak<dyn Policy>,
    name: Name,
}

impl Roll {
    /// Those that are `registered` and the members of families, each once, by kind and name.
    pub(super) fn call(&self, registered: Vec<Arc<dyn Policy>>) -> Vec<Listed> {
        let mut guests = Guests::default();
        for policy in &registered {
            guests.add(policy);
        }
        let families = registered.iter().flat_map(|policy| policy.members());
        let members: Vec<_> = families.filter(|member| guests.lives.insert(of(member))).collect();
        let numbers = self.number(guests, &members);

        let plain = registered.into_iter().map(|policy| Listed { policy, number: None });
        let members = members.into_iter().zip(numbers);
        let members = members.map(|(policy, number)| Listed { policy, number });
        let mut all: Vec<_> = plain.chain(members).collect();
        all.sort_by(|one, other| one.key().cmp(&other.key()));
        all
    }

    /// The names of those that cannot be listed under their own.
    fn number(&self, mut guests: Guests, members: &[Arc<dyn Policy>]) -> Vec<Option<Name>> {
        let voices: Vec<_> = members.iter().map(|member| member.voice().clone()).collect();
        let mut known = lock(&self.0);
        known.retain(|_, numbered| numbered.policy.strong_count() > 0);
        let mut kept = |(member, voice): (&Arc<dyn Policy>, &Voice)| {
            let name = &known.get(&of(member))?.name;
            guests.names.insert((voice.kind(), name.clone())).then(|| name.clone())
        };
        let mut numbers: Vec<_> = members.iter().zip(&voices).map(&mut kept).collect();
        for ((member, voice), number) in members.iter().zip(&voices).zip(&mut numbers) {
            if number.is_some() {
                continue;
            }
            if guests.names.insert((voice.kind(), voice.name().clone())) {
                known.remove(&of(member));
                continue;
            }
            let (policy, name) = (Arc::downgrade(member), guests.next(voice));
            known.insert(of(member), Numbered { policy, name: name.clone() });
            *number = Some(name);
        }
        numbers
    }
}

/// Who was called so far.
#[derive(Default)]
struct Guests {
    lives: HashSet<Address>,
    names: HashSet<(&'static str, Name)>,
    /// The last number that was tried for a name that several have.
    tried: HashMap<(&'static str, Name), usize>,
}

impl Guests {
    fn add(&mut self, policy: &Arc<dyn Policy>) {
        let voice = policy.voice();
        self.lives.insert(of(policy));
        self.names.insert((voice.kind(), voice.name().clone()));
    }

    /// The next numbered name that nobody has.
    fn next(&mut self, voice: &Voice) -> Name {
        let (kind, name) = (voice.kind(), voice.name());
        let tried = self.tried.entry((kind, name.clone())).or_insert(1);
        loop {
            *tried += 1;
            let numbered = name.numbered(*tried);
            if self.names.insert((kind, numbered.clone())) {
                return numbered;
            }
        }
    }
}

fn of(policy: &Arc<dyn Policy>) -> Address {
    Arc::as_ptr(policy).cast::<()>().addr()
}

#[cfg(all(test, not(ms_loom)))]
mod tests {
    use std::fmt;

    use super::*;
    use crate::registry::{Command, CommandError, Metric, Readings, Registry, Value};

    const SIZE: Metric = Metric::new("test.family.size", "1", "How many.");
    const HELD: Metric = Metric::new("test.family.held", "1", "How many somebody else holds.");

    /// A policy with members, or without.
    struct Family {
        voice: Voice,
        members: Mutex<Vec<Arc<dyn Policy>>>,
        registry: Registry,
    }

    impl Family {
        fn build(voice: Voice, registry: &Registry) -> Arc<Self> {
            let members = Mutex::default();
            Arc::new(Self { voice, members, registry: registry.clone() })
        }

        fn join(&self, key: &str) -> Arc<Self> {
            let member = Self::build(self.voice.of(key), &self.registry);
            let known: Arc<dyn Policy> = Arc::<Self>::clone(&member);
            lock(&self.members).push(known);
            member
        }

        /// The eldest goes.
        fn lose(&self) {
            drop(lock(&self.members).remove(0));
        }
    }

    impl Policy for Family {
        fn voice(&self) -> &Voice {
            &self.voice
        }

        fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a family")
        }

        #[allow(clippy::cast_precision_loss, reason = "a test has few members")]
        fn read(&self, out: &mut dyn Readings) {
            let members = lock(&self.members);
            out.gauge(&SIZE, &[], members.len() as f64);
            let held = members.iter().filter(|member| Arc::strong_count(member) > 1).count();
            out.gauge(&HELD, &[], held as f64);
        }

        fn command(&self, command: &Command) -> Result<(), CommandError> {
            match command {
                Command::Reset => {
                    self.join("reset");
                    Ok(())
                }
                other => Err(CommandError::unsupported(other)),
            }
        }

        /// Uses the registry: whoever asks must hold no lock of it.
        fn members(&self) -> Vec<Arc<dyn Policy>> {
            drop(
                self.registry.register("key", "own", |voice| Self::build(voice, &Registry::new())),
            );
            lock(&self.members).clone()
        }
    }

    fn family(registry: &Registry, name: &str) -> Arc<Family> {
        registry.register("door", name, |voice| Family::build(voice, registry))
    }

    fn names(registry: &Registry) -> Vec<String> {
        let policies = registry.policies();
        policies.iter().map(|policy| policy.voice().name().to_string()).collect()
    }

    #[test]
    fn members_are_listed_read_found_and_told_like_any_other() {
        let registry = Registry::new();
        let users = family(&registry, "users");
        let member = users.join("a");
        assert_eq!(names(&registry), ["users", "users/a"]);
        let readings = registry.readings().into_iter().filter(|r| r.is(SIZE.name(), &[]));
        let seen: Vec<_> = readings.map(|r| (r.name.to_string(), r.value)).collect();
        let expected = [("users", 1.0), ("users/a", 0.0)];
        assert_eq!(seen, expected.map(|(name, size)| (name.to_owned(), Value::Gauge(size))));

        let found = registry.get("door", "users/a").unwrap();
        assert_eq!(found.described().to_string(), "door users/a: a family");
        registry.command("door", "users/a", &Command::Reset).unwrap();
        assert_eq!(lock(&member.members).len(), 1);
        assert!(registry.get("gate", "users/a").is_none());
    }

    #[test]
    fn s_17_a_member_that_is_gone_is_neither_listed_nor_read() {
        let registry = Registry::new();
        let users = family(&registry, "users");
        drop(users.join("a"));
        assert_eq!(registry.readings().len(), 4);
        users.lose();
        assert_eq!((names(&registry), registry.readings().len()), (vec!["users".to_owned()], 2));
        assert!(registry.get("door", "users/a").is_none());
    }

    #[test]
    fn s_17_who_reads_all_holds_only_the_one_that_is_read() {
        let registry = Registry::new();
        let users = family(&registry, "users");
        drop(["a", "a", "b"].map(|key| users.join(key)));
        let readings = registry.readings();
        let held = readings.iter().find(|r| r.is(HELD.name(), &[])).unwrap();
        assert_eq!((held.name.as_str(), &held.value), ("users", &Value::Gauge(0.0)));
    }

    #[test]
    fn members_that_read_alike_are_numbered_for_as_long_as_they_live() {
        let registry = Registry::new();
        let users = family(&registry, "users");
        let members = ["a", "a", "b", "a"].map(|key| users.join(key));
        let all = ["users", "users/a", "users/a#2", "users/a#3", "users/b"];
        assert_eq!(names(&registry), all);
        drop(members);

        users.lose();
        assert_eq!(names(&registry), ["users", "users/a#2", "users/a#3", "users/b"]);
        let young = users.join("a");
        assert_eq!(names(&registry), all);
        registry.command("door", "users/a", &Command::Reset).unwrap();
        assert_eq!(lock(&young.members).len(), 1);
    }

    #[test]
    fn names_that_are_cut_alike_are_told_apart() {
        let registry = Registry::new();
        let users = family(&registry, "users");
        let long = "k".repeat(200);
        users.join(&format!("{long}-one"));
        users.join(&format!("{long}-two"));
        let names = names(&registry);
        assert!(names[1].ends_with('…') && names[2].ends_with("…#2"), "{names:?}");
    }

    #[test]
    fn a_policy_that_was_registered_keeps_its_name_and_a_member_yields() {
        let registry = Registry::new();
        let users = family(&registry, "users");
        users.join("a");
        users.join("a");
        assert_eq!(names(&registry), ["users", "users/a", "users/a#2"]);
        let direct = [family(&registry, "users/a"), family(&registry, "users/a#2")];
        assert_eq!(names(&registry), ["users", "users/a", "users/a#2", "users/a#3", "users/a#4"]);
        let found = registry.get("door", "users/a").unwrap();
        assert_eq!(of(&found), Arc::as_ptr(&direct[0]).addr());
    }

    #[test]
    fn a_member_of_two_families_is_listed_once() {
        let registry = Registry::new();
        let (users, orders) = (family(&registry, "users"), family(&registry, "orders"));
        let shared: Arc<dyn Policy> = users.join("a");
        lock(&orders.members).push(shared);
        lock(&orders.members).push(users);
        assert_eq!(names(&registry), ["orders", "users", "users/a"]);
    }

    #[test]
    fn nothing_is_remembered_of_members_that_are_gone() {
        let registry = Registry::new();
        let users = family(&registry, "users");
        let roll = Roll::default();
        for _ in 0..100 {
            users.join("a");
            users.join("a");
            let known: Arc<dyn Policy> = Arc::<Family>::clone(&users);
            assert_eq!(roll.call(vec![known]).len(), 3);
            assert_eq!(lock(&roll.0).len(), 1);
            users.lose();
            users.lose();
        }
    }
}
