//! Which failures prove that a request never left: real clients, real sockets, bad peers.
#![cfg(all(feature = "hyper-util-0_1", feature = "reqwest-0_13", feature = "tonic-0_14"))]
#![allow(clippy::unwrap_used, reason = "a test whose help fails, fails")]

mod hyper_client;
mod peers;
mod reqwest_client;
mod tonic_client;
