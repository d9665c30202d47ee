//! Requests over HTTP that wait: how they become bytes, and when one is delivered.

mod classify;
mod codec;
mod entry;

pub use classify::Delivery;
pub use codec::{HttpCodec, HttpEncoding};
