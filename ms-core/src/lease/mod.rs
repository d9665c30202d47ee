//! Shared state, lent to calls in stripes.
//!
//! Every call needs the state of its policy, and counts something there. Were that one `Arc`, all
//! threads would write to one cache line on every call. [`Leases`] spreads the reference counts
//! and the counters over a few stripes with a cache line of their own; a call takes the
//! [`Lease`] of the stripe that its thread uses.
//!
//! ```
//! use ms_core::lease::{Counter, Leases};
//!
//! #[derive(Default)]
//! struct Counters {
//!     calls: Counter,
//! }
//!
//! let leases: Leases<&str, Counters> = Leases::striped("shared by all");
//! let lease = leases.take();
//! lease.counters().calls.count();
//! assert_eq!(*lease.shared(), "shared by all");
//! assert_eq!(leases.sum(|counters| &counters.calls), 1);
//! ```

mod counter;
mod leases;
mod thread;

pub use counter::Counter;
pub use leases::{Lease, Leases};
