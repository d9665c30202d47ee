//! Tries again what failed.

mod again;
mod asking;
mod call;
mod config;
mod decide;
mod ended;
mod event;
mod future;
mod handle;

mod late;
mod layer;
mod metric;
mod reason;
mod service;
mod shared;
mod state;
#[cfg(test)]
mod tests;

pub use config::RetryConfig;
pub use future::ResponseFuture;
pub use handle::Retry;
pub use layer::RetryLayer;
pub use metric::{
    ATTEMPTS, BUDGET_LIMIT, BUDGET_REFUSED, BUDGET_SPENT, BUDGET_TOKENS, CALLS, DELAY,
};
pub use reason::NOT_REPEATABLE;
pub use service::RetryService;
