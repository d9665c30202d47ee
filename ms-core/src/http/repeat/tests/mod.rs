//! Requests that are sent again.

mod attempts;
mod property;
#[cfg(feature = "reqwest-0_13")]
mod reqwest;
#[cfg(feature = "tonic-0_14")]
mod tonic;
