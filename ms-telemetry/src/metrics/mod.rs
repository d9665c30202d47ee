//! The numbers of a registry as a page that Prometheus reads.
//!
//! ```
//! use ms_core::registry::{Metric, Policy, Readings, Registry, Voice};
//! use std::{fmt, sync::Arc};
//!
//! const VISITS: Metric = Metric::new("shop.door.visits", "{visit}", "Who came in.");
//!
//! struct Door(Voice);
//! impl Policy for Door {
//!     fn voice(&self) -> &Voice {
//!         &self.0
//!     }
//!     fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
//!         f.write_str("open")
//!     }
//!     fn read(&self, out: &mut dyn Readings) {
//!         out.counter(&VISITS, &[], 3);
//!     }
//! }
//!
//! let registry = Registry::new();
//! let _door = registry.register("door", "front", |voice| Arc::new(Door(voice)));
//! let page = ms_telemetry::metrics::text(&registry);
//! assert!(page.ends_with("shop_door_visits_total{resilience_policy_name=\"front\"} 3\n"));
//! ```
//!
//! # Behaviour
//!
//! Every call reads the living policies at that moment: what was dropped is gone from the next
//! page, and nothing is kept in between. Names follow the rules by which OpenTelemetry names
//! become those of Prometheus: `_` for `.`, `_seconds` for the unit `s`, `_total` behind counters.
//! The name of the policy is the label `resilience_policy_name`.

mod name;
mod text;

pub use text::text;
