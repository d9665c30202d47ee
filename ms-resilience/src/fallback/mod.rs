//! Answers where a service fails: a value, a function, another service, a cache, a queue.

mod answer;
mod asking;
pub mod cache;
mod config;
mod degrade;
mod event;
mod failed;
mod function;
mod future;
mod handle;
#[cfg(feature = "http")]
mod http;
mod kinds;
mod layer;
mod metric;
mod other;
mod primary;
pub mod queue;
mod reason;
mod requests;
mod rules;
mod service;
mod shared;
#[cfg(test)]
mod tests;
mod value;
mod when;

pub use answer::{Answer, Kind, NoAnswer};
pub use config::FallbackConfig;
pub use degrade::{Degrade, Degraded, Mark, Marked, Unmarked};
pub use failed::Failed;
pub use function::{Function, FunctionFuture};
pub use future::ResponseFuture;
pub use handle::Fallback;
#[cfg(feature = "http")]
pub use http::X_DEGRADED;
pub use layer::FallbackLayer;
pub use metric::{CALLS, IN_FLIGHT};
pub use other::{Other, OtherFuture};
pub use reason::LOST;
pub use requests::{Cloned, Unkept};
pub use service::FallbackService;
pub use value::Value;
pub use when::{Failures, When};
