//! What a service says about itself.
//!
//! Every policy of `ms-resilience` registers itself in a
//! [`Registry`](ms_core::registry::Registry). This crate turns what stands there into what other
//! programs read; so far that is [`metrics`], in the text format of Prometheus.
//!
//! ```
//! use ms_core::registry::Registry;
//!
//! let page = ms_telemetry::metrics::text(Registry::global());
//! assert!(page.lines().all(|line| line.starts_with('#') || line.contains(' ')));
//! ```

pub mod metrics;
