//! What belongs to a request as a whole and travels with it.
//!
//! Deadline, correlation id, criticality, attempt number and principal reach every client that a
//! handler calls, whatever the client's request type is: they are local to the task.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! use ms_core::clock::now;
//! use ms_core::context::{Context, Criticality, CorrelationId};
//! use ms_core::deadline::Deadline;
//! use std::time::Duration;
//!
//! let deadline = Deadline::after(now(), Duration::from_secs(2));
//! let context = Context::new()
//!     .with_deadline(deadline)
//!     .with_correlation_id(CorrelationId::parse("order-7").unwrap());
//!
//! context
//!     .scope(async move {
//!         let here = Context::current();
//!         assert_eq!(here.deadline(), Some(deadline));
//!         assert_eq!(here.criticality(), Criticality::Critical);
//!
//!         // A plain `tokio::spawn` starts with an empty context; ours carries it along.
//!         let there = ms_core::context::spawn(async { Context::current() }).await.unwrap();
//!         assert_eq!(there.correlation_id().unwrap().as_str(), "order-7");
//!     })
//!     .await;
//! # }
//! ```
//!
//! # Behaviour
//!
//! A [`scope`](Context::scope) holds while its future is polled and while it is dropped, and no
//! longer: two requests that one thread serves by turns never see each other's. Inner scopes
//! replace outer ones as a whole; start from [`Context::current`] to change one thing.
//!
//! Reading costs a few instructions. A copy costs at most one reference count, since what rarely
//! changes is shared. [`Extension`]s carry what this crate does not know, such as the trace
//! context.

mod correlation;
mod criticality;
mod extension;
mod scope;
pub(crate) mod value;

pub use correlation::{CorrelationId, InvalidCorrelationId};
pub use criticality::{Criticality, UnknownCriticality};
pub use extension::Extension;
pub use scope::{Scoped, spawn};
pub use value::Context;
