//! Every policy can be seen, read and told what to do, without wiring.
//!
//! A policy registers itself when it is built. Whoever wants to look, be it a scrape, a health
//! check, a console or a test, asks the [`Registry`].
//!
//! ```
//! use ms_core::lease::Counter;
//! use ms_core::registry::{Metric, Policy, Readings, Registry, Value, Voice};
//! use std::{fmt, sync::Arc};
//!
//! const VISITS: Metric = Metric::new("shop.door.visits", "{visit}", "Who came in.");
//!
//! #[derive(Debug)]
//! struct Door {
//!     voice: Voice,
//!     visits: Counter,
//! }
//!
//! impl Policy for Door {
//!     fn voice(&self) -> &Voice {
//!         &self.voice
//!     }
//!     fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
//!         f.write_str("always open")
//!     }
//!     fn read(&self, out: &mut dyn Readings) {
//!         out.counter(&VISITS, &[], self.visits.get());
//!     }
//! }
//!
//! let registry = Registry::new();
//! let build = |voice| Arc::new(Door { voice, visits: Counter::default() });
//! let front = registry.register("door", "front", build);
//! front.visits.count();
//!
//! assert_eq!(registry.readings()[0].value, Value::Counter(1));
//! assert_eq!(registry.register("door", "front", build).voice.name().as_str(), "front#2");
//!
//! drop(front);
//! assert!(registry.readings().is_empty()); // what is gone is not shown any more
//! ```
//!
//! # Behaviour
//!
//! ```text
//!  layer ── holds ──▶ policy ◀── weakly ── Registry ◀── looks ── scrape, console, test
//!    │                  │                      ▲
//!    ▼                  ▼ voice                │
//!  calls count       events ───────────────────┘──▶ subscribers
//! ```
//!
//! - Counters are kept by the policy and read when somebody looks: a call pays for no label, no
//!   allocation and no recorder, and the order of initialisation does not matter.
//! - Of two living policies with one kind and one name the second is called `users#2`: the lowest
//!   number that is free. The name is part of every reading, event and rejection.
//! - A policy may be a [family](Policy::members) with a member for each key, `users/<key>`, which
//!   are listed, read and told what to do like any other. Keys that read alike, or only behind the
//!   end of a name, are told apart by a number wherever they are listed; their events and
//!   rejections bear the name that they have in common.
//! - Events go to whoever [subscribed](Registry::subscribe) before. A subscriber that does not
//!   keep up misses the oldest, is told how many, and slows nobody down.
//! - Most policies register in [`Registry::global`]; a test passes a registry of its own.

mod book;
mod burst;
mod collect;
mod command;
mod event;
mod histogram;
mod keeper;
mod listed;
mod metric;
mod policy;
mod readings;
mod roll;
#[cfg(all(test, not(ms_loom)))]
mod tests;
mod voice;

pub use book::Registry;
pub use burst::Burst;
pub use command::{Command, CommandError};
pub use event::{Event, Events, Field, Heard};
pub use histogram::{Distribution, Histogram};
pub use keeper::{Anew, Keeper};
pub use metric::Metric;
pub use policy::{Described, Policy};
pub use readings::{Label, Reading, Readings, Value};
pub use voice::Voice;
