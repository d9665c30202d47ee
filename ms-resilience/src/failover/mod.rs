//! Moves on to the next endpoint when one fails, and gradually back.

mod call;
mod config;
mod ended;
mod endpoint;
mod event;
mod further;
mod future;
mod handle;
mod late;
mod look;
mod metric;
mod purse;
mod reason;
mod roster;
mod service;
mod settings;
mod setup;
mod shared;
mod standing;
mod state;
mod templates;
#[cfg(test)]
mod tests;
mod turns;
mod wait;

pub use config::{FailoverConfig, IfNoneAvailable};
pub use endpoint::{EndpointSnapshot, EndpointStanding, LastFailure};
pub use future::ResponseFuture;
pub use handle::FailoverHandle;
pub use metric::{
    BUDGET_LIMIT, BUDGET_REFUSED, BUDGET_SPENT, BUDGET_TOKENS, CALLS, ENDPOINT_CALLS,
    ENDPOINT_LEFT, ENDPOINT_SHARE,
};
pub use reason::{DEADLINE, NOT_READY, UNAVAILABLE};
pub use service::Failover;
