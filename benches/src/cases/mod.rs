//! What is measured: one file for each policy, with the peers that do the same.

mod all;
mod breaker;
mod bulkhead;
mod failover;
mod fallback;
mod floor;
mod retry;
mod stack;
mod timeout;

pub use all::{all, find};
