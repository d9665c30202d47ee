//! What tests of a layer need: a probe, the laws, a recorder.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! use ms_core::error::ErrorLayer;
//! use ms_core::testing::laws;
//!
//! laws::check(|| ErrorLayer).await;
//! # }
//! ```
//!
//! | to | take |
//! |---|---|
//! | see and script what a layer does to the service inside it | [`Probe`](probe::Probe) |
//! | hold a layer to the Tower contract | [`laws::check`] |
//! | read the events that a layer told | [`Recorder`](recorder::Recorder) |
//! | read one number of a policy | [`reading::value`] |
//! | poll by hand and count the wakes | [`Wakes`](wakes::Wakes) |
//!
//! # Behaviour
//!
//! Everything here reports by panicking, with a sentence that says what was expected and what was
//! seen. It belongs under `[dev-dependencies]`: the feature `testing` also turns on
//! `tokio/test-util`, whose clock can be paused.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "this folder reports by panicking; the sections on panics say when"
)]

pub mod laws;
pub mod probe;
pub mod reading;
pub mod recorder;
pub mod wakes;
