//! A policy for each key, of which a bounded number is kept.
//!
//! A [`Family`] is what a keyed layer shares with all its services. A policy that can be had for
//! each key is a [`Member`]:
//!
//! ```
//! use ms_core::config::ConfigError;
//! use ms_core::lease::Counter;
//! use ms_core::registry::{Metric, Policy, Readings, Registry, Voice};
//! use ms_resilience::keyed::{Family, KeyMetrics, KeysConfig, Member};
//! use std::{fmt, sync::Arc};
//!
//! #[derive(Debug)]
//! struct Door {
//!     voice: Voice,
//!     visits: Counter,
//! }
//!
//! const VISITS: Metric = Metric::new("shop.door.visits", "{visit}", "Who came in.");
//! const KEYS: KeyMetrics = KeyMetrics {
//!     keys: Metric::new("shop.door.keys", "{key}", KeyMetrics::KEYS),
//!     limit: Metric::new("shop.door.keys.limit", "{key}", KeyMetrics::LIMIT),
//!     evicted: Metric::new("shop.door.keys.evicted", "{key}", KeyMetrics::EVICTED),
//!     overflowed: Metric::new("shop.door.keys.overflowed", "{call}", KeyMetrics::OVERFLOWED),
//! };
//!
//! impl Policy for Door {
//!     fn voice(&self) -> &Voice {
//!         &self.voice
//!     }
//!     fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
//!         Self::outline(&(), f)
//!     }
//!     fn read(&self, out: &mut dyn Readings) {
//!         out.counter(&VISITS, &[], self.visits.get());
//!     }
//! }
//!
//! impl Member for Door {
//!     type Config = ();
//!     const METRICS: &'static KeyMetrics = &KEYS;
//!     fn new(voice: Voice, _: &()) -> Self {
//!         Self { voice, visits: Counter::default() }
//!     }
//!     fn validate(_: &()) -> Result<(), ConfigError> {
//!         Ok(())
//!     }
//!     fn take_over(&self, _: &()) {}
//!     fn outline(_: &(), f: &mut fmt::Formatter<'_>) -> fmt::Result {
//!         f.write_str("always open")
//!     }
//! }
//!
//! let registry = Registry::new();
//! let build = |voice| Arc::new(Family::new(voice, (), &KeysConfig::default()));
//! let users: Arc<Family<&str, Door>> = registry.register("door", "users", build);
//!
//! users.member("ann").visits.count();
//! users.member("ann").visits.count();
//! users.member("bob").visits.count();
//!
//! let names: Vec<_> = registry.policies().iter().map(|p| p.voice().name().to_string()).collect();
//! assert_eq!(names, ["users", "users/ann", "users/bob"]);
//! assert_eq!(users.get(&"ann").unwrap().visits.get(), 2);
//! ```
//!
//! ```text
//!  key ──▶ known? ──yes──────────────────────────────▶ its member
//!           │ no
//!           ▼
//!          fewer than max_keys? ──yes──▶ one is made ─▶ its member
//!           │ no                             ▲
//!           ▼                                │ room
//!          one that nobody holds and ──yes──▶ the least recently used goes
//!          that may go?
//!           │ no
//!           ▼
//!          the member `(other)`, which all share for whom there is no room
//! ```
//!
//! # Behaviour
//!
//! - **A key that is known costs little**: a hash, the shared lock of one of several shards, and a
//!   counted reference. No allocation, no look at the clock, and nothing is written that others
//!   read but that reference, the lock, and once in a while that the key is in use.
//! - **There are never more than `max_keys`**, also when many threads bring new ones at once. The
//!   keys may come from strangers: they are hashed so that nobody can make them collide.
//! - **What is held is not forgotten.** A member goes only while nobody but the family has it, so
//!   a key never has two members that are in use. A call in flight holds its member, and so does a
//!   handle; whoever reads the registry holds each member for that moment.
//! - **A key that is idle is forgotten** with its metrics, as soon as somebody looks or a new key
//!   comes: after `idle` at the earliest, and after twice that at the latest, if that happened
//!   once in each `idle` before.
//! - **If there is no room** the key that was not used for the longest while goes, as a clock tells
//!   it that has one hand: exactly which of those that were not used of late is left open. One
//!   whose [`Stay`] says more than [`WhileRoom`](Stay::WhileRoom) does not go: an open circuit is
//!   not lost to one that is closed.
//! - **Nothing is refused for lack of room.** If none may go, a key shares the member `(other)`
//!   with all others for which there is no room. It gets its own as soon as there is some; whether
//!   one may go by now is looked for again after a microsecond for each key that is kept.
//! - Keys that read alike are kept apart by `==`; the registry numbers their names.
//! - Code of a key (`Hash`, `Eq`, `Display`, `Clone`) may panic: the call does, and nothing else
//!   happens. It must not come back to the family while it is compared or cloned.
//! - New [settings](Family::reconfigure) are for all members and for those to come; new
//!   [bounds](Family::reconfigure_keys) for the family. If fewer may be kept, whoever may go does
//!   so at once, and the rest when it may.
//!
//! # Defaults
//!
//! | setting | default | |
//! |---|---|---|
//! | `max_keys` | 1,000 | some 60 bytes each, the member and its name not counted |
//! | `idle` | 10 min | |
//!
//! # What it reports
//!
//! The family is a policy of the same kind as its members: `users` beside `users/<key>`. It reads
//! the [`KeyMetrics`] of the policy: how many keys there are and may be, how many were forgotten
//! by `why` (`idle`, `full`), and how many calls had no room. At most once a second there is an
//! event `overflowed`, with how many calls since the last and how many keys there are. Commands
//! to the family are for all members; [`KeysConfig`] is taken over by the family itself.
//!
//! # Neighbours
//!
//! A layer for each key in a map of one's own has no bound, and shows nothing of its keys. A cache
//! forgets what was not read of late; this never forgets what is in use.

mod ages;
mod config;
mod event;
mod family;
mod key;
mod keys;
mod member;
mod metrics;
mod table;
#[cfg(test)]
mod tests;

pub use config::KeysConfig;
pub use family::Family;
pub use key::Key;
pub use member::{Member, Stay};
pub use metrics::KeyMetrics;
