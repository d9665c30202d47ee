//! The book in which living policies stand.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use super::collect::collect;
use super::command::{Command, CommandError};
use super::event::Events;
use super::listed::Listed;
use super::policy::Policy;
use super::readings::Reading;
use super::roll::Roll;
use super::voice::{Hall, Voice};
use crate::name::Name;

static GLOBAL: LazyLock<Registry> = LazyLock::new(Registry::new);

/// All living policies. Copies are one registry.
#[derive(Clone, Default)]
pub struct Registry(Arc<Book>);

#[derive(Default)]
struct Book {
    entries: Mutex<BTreeMap<Key, Entry>>,
    hall: Arc<Hall>,
    roll: Roll,
}

/// Ordered, so that lists are.
type Key = (&'static str, Name);

enum Entry {
    /// The policy is being built; its name is taken.
    Reserved,
    Policy(Weak<dyn Policy>),
}

impl Entry {
    fn policy(&self) -> Option<Arc<dyn Policy>> {
        match self {
            Self::Reserved => None,
            Self::Policy(policy) => policy.upgrade(),
        }
    }

    fn is_free(&self) -> bool {
        matches!(self, Self::Policy(policy) if policy.strong_count() == 0)
    }
}

impl Registry {
    /// A registry of one's own, for tests.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The registry of the process: where policies register that are given no other.
    #[must_use]
    pub fn global() -> &'static Self {
        &GLOBAL
    }

    /// Whether both are one registry.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Registers the policy that `build` makes, as long as it lives.
    ///
    /// The [`Voice`] that it is given bears its name: `name`, or with a number behind it while
    /// another living policy of that `kind` has this name.
    pub fn register<P, F>(&self, kind: &'static str, name: impl Into<Name>, build: F) -> Arc<P>
    where
        P: Policy + 'static,
        F: FnOnce(Voice) -> Arc<P>,
    {
        let reservation = Reservation::new(self, kind, &name.into());
        let voice = Voice::new(kind, reservation.key.1.clone(), Arc::clone(&self.0.hall));
        let policy = build(voice);
        let known: Arc<dyn Policy> = Arc::<P>::clone(&policy);
        reservation.fill(Arc::downgrade(&known));
        policy
    }

    /// All living policies and the members of families, ordered by kind and name.
    ///
    /// No two have the same kind and name. Of members that read alike the second is `users/a#2`
    /// here, for as long as it lives; so is one that reads like a policy that was registered.
    #[must_use]
    pub fn policies(&self) -> Vec<Arc<dyn Policy>> {
        self.0.roll.call(self.registered()).into_iter().map(Listed::named).collect()
    }

    fn registered(&self) -> Vec<Arc<dyn Policy>> {
        let mut entries = self.entries();
        entries.retain(|_, entry| !entry.is_free());
        entries.values().filter_map(Entry::policy).collect()
    }

    /// The living policy of this kind and name.
    #[must_use]
    pub fn get(&self, kind: &str, name: &str) -> Option<Arc<dyn Policy>> {
        let is_it = |key: &Key| key.0 == kind && key.1.as_str() == name;
        let known = self.entries().iter().find(|(key, _)| is_it(key)).and_then(|(_, e)| e.policy());
        known.or_else(|| {
            let mut all = self.policies().into_iter();
            all.find(|policy| is_it(&(policy.voice().kind(), policy.voice().name().clone())))
        })
    }

    /// Every number of every living policy.
    #[must_use]
    pub fn readings(&self) -> Vec<Reading> {
        let listed = self.0.roll.call(self.registered()).into_iter();
        // A family forgets no member that somebody holds: each is held only while it is read.
        let listed = listed.map(|Listed { policy, number }| (Arc::downgrade(&policy), number));
        let listed: Vec<_> = listed.collect();
        let mut readings = Vec::new();
        for (policy, number) in listed {
            if let Some(policy) = policy.upgrade() {
                collect(&*policy, number.as_ref(), &mut readings);
            }
        }
        readings
    }

    /// Tells a policy what to do.
    ///
    /// # Errors
    /// When there is no such policy, or it refuses.
    pub fn command(&self, kind: &str, name: &str, command: &Command) -> Result<(), CommandError> {
        self.get(kind, name).ok_or(CommandError::Unknown)?.command(command)
    }

    /// The events of all policies, from now on.
    #[must_use]
    pub fn subscribe(&self) -> Events {
        self.0.hall.subscribe()
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<Key, Entry>> {
        self.0.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policies = self.policies();
        f.debug_list().entries(policies.iter().map(|policy| policy.described())).finish()
    }
}

/// A name that is taken while its policy is built, without holding the lock: `build` may ask the
/// registry, and may panic.
struct Reservation<'a> {
    registry: &'a Registry,
    key: Key,
}

impl<'a> Reservation<'a> {
    fn new(registry: &'a Registry, kind: &'static str, name: &Name) -> Self {
        let mut entries = registry.entries();
        let candidates = (1_usize..)
            .map(|number| (kind, if number == 1 { name.clone() } else { name.numbered(number) }));
        let is_free = |key: &Key| entries.get(key).is_none_or(Entry::is_free);
        let mut free = candidates.filter(is_free);
        let key = free.next().unwrap_or_else(|| (kind, name.clone()));
        entries.insert(key.clone(), Entry::Reserved);
        drop(entries);
        Self { registry, key }
    }

    fn fill(self, policy: Weak<dyn Policy>) {
        self.registry.entries().insert(self.key.clone(), Entry::Policy(policy));
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        let mut entries = self.registry.entries();
        if matches!(entries.get(&self.key), Some(Entry::Reserved)) {
            entries.remove(&self.key);
        }
    }
}
