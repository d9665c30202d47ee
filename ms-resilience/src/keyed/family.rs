//! A policy for each key.

use std::fmt;
use std::sync::{Arc, OnceLock};

use ms_core::clock::{Instant, now};
use ms_core::config::ConfigError;
use ms_core::lease::Counter;
use ms_core::registry::{Anew, Burst, Command, CommandError, Policy, Readings, Voice};
use ms_core::sync::{Mutex, lock};

use super::config::KeysConfig;
use super::event;
use super::key::Key;
use super::keys::{Entry, Kept, Keys};
use super::member::{Member, Stay};

/// What the member is called that all keys share for which there is no room.
const OTHER: &str = "(other)";

/// A policy `V` for each key of a bounded number: what all services of a keyed layer share.
///
/// It is a policy itself, `users`, whose [members](Policy::members) are `users/<key>`.
pub struct Family<K, V: Member> {
    keys: Keys<K, V>,
    settings: Mutex<Settings<V::Config>>,
    /// Made for the first key for which there is no room.
    other: OnceLock<(u32, Arc<V>)>,
    overflowed: Counter,
    burst: Burst,
    voice: Voice,
}

/// What members are made of.
#[derive(Clone)]
struct Settings<C> {
    config: C,
    /// How often that was changed.
    changes: u64,
}

impl<V: Member> Kept for V {
    fn stay(&self) -> Stay {
        Member::stay(self)
    }
}

impl<K: Key, V: Member> Family<K, V> {
    /// A family without members, with settings that were validated.
    pub fn new(voice: Voice, config: V::Config, keys: &KeysConfig) -> Self {
        let now = now();
        Self {
            keys: Keys::new(keys, now),
            settings: Mutex::new(Settings { config, changes: 0 }),
            other: OnceLock::new(),
            overflowed: Counter::default(),
            burst: Burst::new(now),
            voice,
        }
    }

    /// The member for `key`, which is used now: its own, or the one that all keys share for which
    /// there is no room. As long as it is held it is not forgotten.
    #[inline]
    pub fn member(&self, key: K) -> Arc<V> {
        match self.keys.find(&key) {
            Some(member) => member,
            None => self.admit(key),
        }
    }

    /// The member for `key`, if it has one of its own. To look at it is not to use it.
    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        self.keys.peek(key)
    }

    /// All keys that have a member of their own, the eldest first.
    #[must_use]
    pub fn list(&self) -> Vec<(K, Arc<V>)> {
        self.keys.sweep(now());
        self.keys.entries()
    }

    /// The member that all keys share for which there was no room, if that ever was so.
    #[must_use]
    pub fn other(&self) -> Option<Arc<V>> {
        self.other.get().map(|(_, member)| Arc::clone(member))
    }

    /// How many keys have a member of their own.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no key has one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the next member is made of.
    #[must_use]
    pub fn config(&self) -> V::Config {
        lock(&self.settings).config.clone()
    }

    /// All members take over `config`, and those that are made from now on.
    ///
    /// # Errors
    /// When a setting makes no sense. Then nothing changes.
    pub fn reconfigure(&self, config: &V::Config) -> Result<(), ConfigError> {
        V::validate(config)?;
        let mut settings = lock(&self.settings);
        settings.changes += 1;
        V::replace(config);
        let old = std::mem::replace(&mut settings.config, config.clone());
        drop(settings);
        self.all().iter().for_each(|(_, member)| self.refresh(member));
        V::reconfigured(&self.voice, &old, config);
        Ok(())
    }

    /// How many keys are kept apart, and for how long.
    #[must_use]
    pub fn keys_config(&self) -> KeysConfig {
        self.keys.config()
    }

    /// Takes over other bounds. If fewer keys may be kept, those go that may; the rest follows.
    ///
    /// # Errors
    /// When a setting makes no sense. Then nothing changes.
    pub fn reconfigure_keys(&self, config: &KeysConfig) -> Result<(), ConfigError> {
        config.validate()?;
        self.keys.reconfigure(config, now());
        Ok(())
    }

    /// A key that has no member.
    #[cold]
    #[inline(never)]
    fn admit(&self, key: K) -> Arc<V> {
        let now = now();
        let mut before = 0;
        let make = |key: &K| {
            let Settings { config, changes } = lock(&self.settings).clone();
            before = changes;
            V::new(self.voice.of(key), &config)
        };
        match self.keys.insert(key, now, make) {
            Entry::Old(member) => member,
            Entry::New(member) => {
                // Between the look at the settings and now it was not among those that are told.
                if lock(&self.settings).changes != before {
                    self.refresh(&member);
                }
                member
            }
            Entry::NoRoom => self.overflow(now),
        }
    }

    fn overflow(&self, now: Instant) -> Arc<V> {
        self.overflowed.count();
        if let Some(count) = self.burst.note(now) {
            event::overflowed(&self.voice, count, self.keys.len() as u64);
        }
        let mut is_new = false;
        let (_, member) = self.other.get_or_init(|| {
            is_new = true;
            let member = V::new(self.voice.of(OTHER), &self.config());
            (self.keys.birth(), Arc::new(member))
        });
        if is_new {
            self.refresh(member);
        }
        Arc::clone(member)
    }

    /// Tells `member` the settings as they are now: so whoever does so last tells the latest.
    fn refresh(&self, member: &V) {
        let settings = lock(&self.settings);
        member.take_over(&settings.config);
        drop(settings);
        member.taken_over();
    }

    /// All members, the eldest first.
    fn all(&self) -> Vec<(u32, Arc<V>)> {
        let mut all = self.keys.values();
        all.extend(self.other.get().cloned());
        all.sort_by_key(|(birth, _)| *birth);
        all
    }
}

impl<K: Key, V: Member> Policy for Family<K, V> {
    fn voice(&self) -> &Voice {
        &self.voice
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        V::outline(&self.config(), f)?;
        write!(f, ", for each of {} keys", self.keys_config().max_keys)
    }

    fn read(&self, out: &mut dyn Readings) {
        let (idle, full) = self.keys.evicted();
        out.gauge(&V::METRICS.keys, &[], count(self.keys.len()));
        out.gauge(&V::METRICS.limit, &[], self.keys_config().max_keys.into());
        out.counter(&V::METRICS.evicted, &[("why", "idle")], idle);
        out.counter(&V::METRICS.evicted, &[("why", "full")], full);
        out.counter(&V::METRICS.overflowed, &[], self.overflowed.get());
    }

    /// New settings are for all members and those to come, or for the bounds; anything else is for
    /// each member that there is.
    fn command(&self, command: &Command) -> Result<(), CommandError> {
        if let Command::Reconfigure(_) = command {
            if let Ok(keys) = command.settings() {
                return Ok(self.reconfigure_keys(keys)?);
            }
            return Ok(self.reconfigure(&V::settings(command, &self.config())?)?);
        }
        self.all().iter().try_for_each(|(_, member)| member.command(command))
    }

    fn members(&self) -> Vec<Arc<dyn Policy>> {
        self.keys.sweep(now());
        self.all().into_iter().map(|(_, member)| -> Arc<dyn Policy> { member }).collect()
    }
}

impl<K: Key, V: Member> Anew for Family<K, V> {
    fn anew(&self, voice: Voice) -> Self {
        Self::new(voice, self.config(), &self.keys_config())
    }
}

impl<K: Key, V: Member> fmt::Debug for Family<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy: &dyn Policy = self;
        fmt::Display::fmt(&policy.described(), f)
    }
}

fn count(keys: usize) -> f64 {
    u32::try_from(keys).unwrap_or(u32::MAX).into()
}
